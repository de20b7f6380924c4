"""The interface process stays light."""

import subprocess
import sys

PROGRAM = """
import asyncio, sys
from workbench.core.config import load_config
from workbench.tui.app import WorkbenchApp
from workbench.tui.session import Session

async def main():
    app = WorkbenchApp(Session(load_config()))
    async with app.run_test(size=(120, 36)) as pilot:
        while app.session.registry is None or not app.session.devices:
            await asyncio.sleep(0.01)
        for key in "234567":
            await pilot.press(key)
            await pilot.pause()
    names = [plugin.name for plugin in app.session.registry.plugins if plugin.state == "loaded"]
    heavy = {"torch", "torchvision", "tensorflow", "keras", "numpy", "jax", "PIL"}
    print(sorted(names), sorted(heavy & set(sys.modules)))

asyncio.run(main())
"""


def test_no_framework_is_imported_with_all_screens_shown():
    done = subprocess.run(
        [sys.executable, "-c", PROGRAM], capture_output=True, text=True, check=True, timeout=120
    )
    plugins, _, frameworks = done.stdout.strip().rpartition("] [")
    assert "'keras'" in plugins and "'pytorch'" in plugins
    assert frameworks == "]"
