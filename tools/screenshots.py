"""Draw the README's pictures from the real application: trains the default plan and looks at it."""

import asyncio
import os
import sys
import tempfile
from pathlib import Path

from workbench.core.config import load_config
from workbench.core.plan import check_plan
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, launch_worker, overview
from workbench.tui.app import WorkbenchApp
from workbench.tui.session import Session

IMAGES = Path(__file__).parents[1] / "docs" / "images"
SIZE = (120, 36)
_DEADLINE_S = 600


async def draw(data_dir: Path) -> None:
    """Train in a temporary folder, and save a picture of each screen as SVG."""
    IMAGES.mkdir(exist_ok=True)
    with tempfile.TemporaryDirectory() as folder:
        config = load_config(start=Path(folder), runs_dir=Path(folder), data_dir=data_dir)
        registry = load_plugins()
        plan = check_plan(config.preset("quickstart-pytorch"), registry)
        run = create_run(config.runs_dir, plan, "quiet-otter-12")
        worker = launch_worker(run, config.data_dir)
        app = WorkbenchApp(Session(config))
        async with app.run_test(size=SIZE) as pilot:
            await _until(lambda: overview(run).epoch >= 3 and overview(run).current > 0)
            await pilot.pause(1)
            _save(app, "train")
            await asyncio.to_thread(worker.wait)
            await pilot.press("4")
            # The model is loaded and tested for this screen.
            await _until(lambda: "frequent" in app.export_screenshot())
            await pilot.pause(1)
            _save(app, "predict")


async def _until(condition) -> None:
    for _ in range(_DEADLINE_S * 10):
        if condition():
            return
        await asyncio.sleep(0.1)
    raise TimeoutError("the picture never came about")


def _save(app: WorkbenchApp, name: str) -> None:
    (IMAGES / f"{name}.svg").write_text(app.export_screenshot(title="workbench"))


if __name__ == "__main__":
    # The pictures are not for this terminal.
    os.environ |= {"COLORTERM": "truecolor", "TERM": "xterm-256color", "LC_ALL": "C.UTF-8"}
    os.environ.pop("NO_COLOR", None)
    asyncio.run(draw(Path(sys.argv[1]) if len(sys.argv) > 1 else load_config().data_dir))
