"""From a stroke to the bars: how long a person waits for what the model says of a drawing.

Starts the interface with a fresh model of each backend that is installed (it trains nothing: an
untrained model answers as fast), opens the drawing, and draws by keys and by mouse. A round trip
is from the key or the movement of the mouse until the bars on screen are those of the drawing as
it is then; the target is 100 ms.

    python benchmarks/draw.py [--strokes 60] [--backend pytorch|keras]
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from workbench.core.config import load_config
from workbench.core.plan import check_plan
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, launch_worker
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.predict import PredictScreen
from workbench.tui.screens.predict.board import Board
from workbench.tui.screens.predict.drawing import DrawScreen
from workbench.tui.session import Session

PRESETS = {"pytorch": "quickstart-pytorch", "keras": "quickstart-keras"}
TARGET_MS = 100


def train_little(config, preset):
    """A run with a checkpoint: one epoch on the embedded sample."""
    plan = check_plan({**config.preset(preset), "epochs": 1}, load_plugins())
    run = create_run(config.runs_dir, plan)
    launch_worker(run, config.data_dir).wait()
    return run


async def until(condition, seconds=120.0):
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TimeoutError("it never came about")
        await asyncio.sleep(0.001)


async def measure(session, strokes):
    """The round trips in milliseconds, by keys and by mouse."""
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: app.session.registry and app.session.history)
        await pilot.press("4")
        await until(lambda: isinstance(app.screen, PredictScreen) and app.screen._asking)
        await until(lambda: app.screen._model.result is not None)
        await pilot.press("d")
        await until(lambda: isinstance(app.screen, DrawScreen))
        screen, board = app.screen, app.screen.query_one(Board)
        await until(lambda: app.focused is board)
        await pilot.press("space")
        await until(lambda: is_told(screen, board))
        by_keys = []
        for index in range(strokes):
            key = ("right", "down", "left", "up")[index // 6 % 4]
            by_keys.append(await round_trip(screen, board, pilot.press(key)))
        await pilot.press("c")
        left, top, scale = board._place
        by_mouse = []
        await pilot.mouse_down(board, offset=(left + 2, top + 2))
        for index in range(strokes):
            x, y = 2 + index % 20, 2 + index // 20 * 3
            place = (left + int(x * scale), top + int(y * scale / 2))
            by_mouse.append(await round_trip(screen, board, pilot.hover(board, offset=place)))
        await pilot.mouse_up(board)
        return [item for item in by_keys if item], [item for item in by_mouse if item]


def is_told(screen, board):
    """Whether the bars are those of the drawing as it is."""
    return not screen._is_asking and screen._asked == board.canvas.values


async def round_trip(screen, board, action):
    """Milliseconds until the bars show the drawing; ``None`` if nothing was drawn."""
    before, began = board.canvas.values, time.perf_counter()
    await action
    if board.canvas.values == before:
        return None
    await until(lambda: is_told(screen, board))
    return 1000 * (time.perf_counter() - began)


def report(name, times):
    times = sorted(times)
    worst = times[int(0.95 * (len(times) - 1))]
    print(
        f"{name:<18} median {statistics.median(times):5.1f} ms   fastest {times[0]:5.1f}   "
        f"95 of 100 within {worst:5.1f}   slowest {times[-1]:5.1f}   "
        f"({sum(item < TARGET_MS for item in times)} of {len(times)} under {TARGET_MS} ms)"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--strokes", type=int, default=60)
    parser.add_argument("--backend", choices=tuple(PRESETS), default="pytorch")
    given = parser.parse_args()
    os.environ["WORKBENCH_OFFLINE"] = "1"
    os.environ["COLORTERM"] = "truecolor"
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(
            start=Path(folder), runs_dir=Path(folder) / "runs", data_dir=Path(folder) / "data"
        )
        train_little(config, PRESETS[given.backend])
        by_keys, by_mouse = asyncio.run(measure(Session(config), given.strokes))
    report(f"{given.backend}, keys", by_keys)
    report(f"{given.backend}, mouse", by_mouse)


if __name__ == "__main__":
    main()
