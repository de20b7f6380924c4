"""From a stroke to the bars: how long a person waits for what the model says of a drawing.

Trains the default plan of a backend for one epoch on the embedded sample, opens the drawing in the
interface, and draws by keys and by mouse, with events as a terminal's driver sends them. A round
trip is from the event until the bars of the drawing as it is then are painted; the target is
100 ms. Between two strokes the cursor moves with the pen lifted, from the event until it is
painted: the ratio of both is what a prediction adds, however busy the machine is. The CPU time
is the interface's own for a stroke.

    python benchmarks/draw.py [--strokes 60] [--backend pytorch|keras]
"""

import argparse
import asyncio
import os
import statistics
import tempfile
import time
from pathlib import Path

from textual import events

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
    """Milliseconds by keys, by mouse and of moves alone; CPU milliseconds of a stroke by keys."""
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(lambda: app.session.registry and app.session.history)
        await pilot.press("4")
        await until(lambda: isinstance(app.screen, PredictScreen) and app.screen._model)
        await until(lambda: app.screen._model.result is not None)
        await pilot.press("d")
        await until(lambda: isinstance(app.screen, DrawScreen) and app.screen.query(Board))
        board = app.screen.query_one(Board)
        await until(lambda: app.focused is board)
        hand = Hand(app, board)
        await hand.key("space")
        by_keys, moves, used = [], [], 0.0
        for index in range(strokes):
            key = ("right", "down", "left", "up")[index // 6 % 4]
            began = time.process_time()
            by_keys.append(await hand.key(key))
            used += time.process_time() - began
            await hand.key("space")
            moves.append(await hand.key(key))
            await hand.key("space")
        await hand.key("c")
        by_mouse = [await hand.mouse(events.MouseDown, 0)]
        by_mouse += [await hand.mouse(events.MouseMove, index) for index in range(1, strokes)]
        await hand.mouse(events.MouseUp, strokes)
        return by_keys, by_mouse, moves, 1000 * used / strokes


class Hand:
    """Sends what a terminal's driver sends, and waits for what it leads to."""

    def __init__(self, app, board):
        self.app, self.board = app, board

    async def key(self, key):
        """Milliseconds until what a key does is painted."""
        character = " " if key == "space" else key if len(key) == 1 else None
        return await self._sent(events.Key(key, character))

    async def mouse(self, kind, index):
        """Milliseconds until the mouse at the next place of a zigzag has drawn."""
        left, top, scale = self.board._place
        region = self.board.content_region
        x = region.x + left + int((3 + index % 20) * scale)
        y = region.y + top + int((3 + index // 20 * 4) * scale / 2)
        event = kind(None, x, y, 0, 0, 1, False, False, False, screen_x=x, screen_y=y)
        return await self._sent(event)

    async def _sent(self, event):
        began = time.perf_counter()
        board, screen = self.board, self.app.screen
        seen = board.canvas.values, board._at, board.is_pen_down, board._last
        self.app._driver.process_message(event)
        await until(
            lambda: seen != (board.canvas.values, board._at, board.is_pen_down, board._last)
        )
        values = board.canvas.values
        await until(lambda: board.canvas.is_blank or is_told(screen, values))
        painted = asyncio.Event()
        screen.call_after_refresh(painted.set)
        await painted.wait()
        return 1000 * (time.perf_counter() - began)


def is_told(screen, values):
    """Whether the bars are those of this drawing."""
    return not screen._is_asking and screen._asked == values


def report(name, times):
    times = sorted(times)
    worst = times[int(0.95 * (len(times) - 1))]
    print(
        f"{name:<16} median {statistics.median(times):6.1f} ms   fastest {times[0]:6.1f}   "
        f"95 of 100 within {worst:6.1f}   slowest {times[-1]:6.1f}   "
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
        by_keys, by_mouse, moves, used = asyncio.run(measure(Session(config), given.strokes))
    report("strokes by keys", by_keys)
    report("strokes by mouse", by_mouse)
    report("moves alone", moves)
    ratio = statistics.median(by_keys) / statistics.median(moves)
    print(f"stroke / move    {ratio:.2f}   CPU of the interface for a stroke {used:.1f} ms")


if __name__ == "__main__":
    main()
