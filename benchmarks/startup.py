"""How fast the interface is there: the first paint against a bare Textual application.

Each program is a process of its own; both are started in turn, several times.
"""

import re
import shlex
import statistics
import subprocess
import sys
import time
from collections.abc import Callable

STARTS = 9

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
    def _begin(self):
        self.exit(print_paint())
"""

PAINT = """
import os, sys
def print_paint():
    print(f"painted {time.time()!r}", file=sys.__stderr__, flush=True)
"""

RUN_BARE = "\nBare().run(size=(120, 36))\n"
RUN_WORKBENCH = '\nBare(Session(load_config(runs_dir=Path("no-runs")))).run(size=(120, 36))\n'

CLICK = """-c 'import click; click.group()(lambda: None)()' --help"""


def compare(name: str, measure: Callable[[str], float], ours: str, other: str, bare: str) -> None:
    """Print the medians of interleaved starts and their ratio: a busy machine slows both."""
    pairs = [(measure(ours), measure(bare)) for _ in range(STARTS)]
    ours_s, bare_s = map(statistics.median, zip(*pairs, strict=True))
    ratio = statistics.median(one / another for one, another in pairs)
    print(f"{name}: {1000 * ours_s:.0f} ms, {other}: {1000 * bare_s:.0f} ms, ratio {ratio:.2f}")


def _painted(program: str) -> float:
    """Seconds from the start of the process to the first paint."""
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


def _command(words: str) -> float:
    began = time.perf_counter()
    subprocess.run([sys.executable, *shlex.split(words)], capture_output=True, check=True)
    return time.perf_counter() - began


def main() -> None:
    """Print both comparisons."""
    ours, bare = WORKBENCH + PAINT + RUN_WORKBENCH, BARE + PAINT + RUN_BARE
    compare("first paint", _painted, ours, "bare Textual", bare)
    compare("workbench --help", _command, "-m workbench --help", "bare click", CLICK)


if __name__ == "__main__":
    main()
