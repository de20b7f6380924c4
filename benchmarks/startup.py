"""How fast the interface is there: the first paint against a bare Textual application.

Each program is a process of its own; the fastest of several starts is compared.
"""

import re
import subprocess
import sys
import time

STARTS = 7

BARE = """
import time
from textual.app import App
from textual.widgets import Static

class Bare(App):
    def compose(self):
        yield Static("bare")

    def on_mount(self):
        self.call_after_refresh(lambda: self.exit(print_paint()))
"""

WORKBENCH = """
import time
from pathlib import Path
from workbench.core.config import load_config
from workbench.tui.app import WorkbenchApp
from workbench.tui.session import Session

class Bare(WorkbenchApp):
    def on_mount(self):
        self.call_after_refresh(lambda: self.exit(print_paint()))
"""

PAINT = """
import os, sys
def print_paint():
    print(f"painted {time.time()!r}", file=sys.__stderr__, flush=True)
"""

RUN_BARE = "\nBare().run(size=(120, 36))\n"
RUN_WORKBENCH = '\nBare(Session(load_config(runs_dir=Path("no-runs")))).run(size=(120, 36))\n'


def first_paint(program: str) -> float:
    """Seconds from the start of the process to the first paint."""
    return min(_painted(program) for _ in range(STARTS))


def _painted(program: str) -> float:
    began = time.time()
    done = subprocess.run(
        ["script", "-qec", f"{sys.executable} -c '{program}'", "/dev/null"]
        if sys.platform == "linux"
        else [sys.executable, "-c", program],
        capture_output=True,
        text=True,
        check=False,
    )
    found = re.search(r"painted ([\d.]+)", done.stdout + done.stderr)
    if found is None:
        sys.exit(f"It painted nothing:\n{done.stdout}{done.stderr}")
    return float(found[1]) - began


def command(*words: str) -> float:
    """Seconds that a command takes."""
    return min(_command(words) for _ in range(STARTS))


def _command(words: tuple[str, ...]) -> float:
    began = time.perf_counter()
    subprocess.run(words, capture_output=True, check=True)
    return time.perf_counter() - began


def main() -> None:
    """Print both comparisons."""
    bare = first_paint(BARE + PAINT + RUN_BARE)
    ours = first_paint(WORKBENCH + PAINT + RUN_WORKBENCH)
    report("first paint", ours, "bare Textual", bare)
    click = "import click\n@click.group()\ndef cli(): pass\ncli()"
    bare = command(sys.executable, "-c", click, "--help")
    ours = command(sys.executable, "-m", "workbench", "--help")
    report("workbench --help", ours, "bare click", bare)


def report(name: str, ours: float, other: str, bare: float) -> None:
    """One line with both times and their ratio."""
    print(f"{name}: {1000 * ours:.0f} ms, {other}: {1000 * bare:.0f} ms, ratio {ours / bare:.2f}")


if __name__ == "__main__":
    main()
