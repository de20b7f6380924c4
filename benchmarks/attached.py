"""What an open interface costs the training that it watches.

The PyTorch quickstart trains in a worker of its own, by turns with the interface open on it in
a terminal, which is read as fast as it writes, and with nothing that watches. Compared are the
seconds from the first epoch's event to the last test's, as the worker wrote them. Run it with
``python benchmarks/attached.py --data-dir FOLDER`` on a machine that does nothing else.
"""

import argparse
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

from pytorch_quickstart import report
from ui import Terminal

from workbench.api.events import EpochStarted, EpochTested
from workbench.core.config import load_config
from workbench.core.plan import check_plan, compose
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, launch_worker, read_events


def train(plan, data_dir, is_watched):
    """Seconds of training and testing."""
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        run = create_run(folder / "runs", plan)
        terminal = None
        worker = launch_worker(run, data_dir)
        try:
            if is_watched:
                terminal = Terminal(folder, data_dir)
            while worker.poll() is None:
                if terminal is None:
                    time.sleep(0.05)
                else:
                    terminal.read(0.05)
        finally:
            worker.kill()
            worker.wait()
            if terminal is not None:
                terminal.process.close(force=True)
        if worker.returncode:
            sys.exit(run.log.read_text())
        events = read_events(run)
    began = next(event.time for event in events if isinstance(event, EpochStarted))
    return [event.time for event in events if isinstance(event, EpochTested)][-1] - began


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(".", maxsplit=1)[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=10)
    parser.add_argument("--threads", type=int, help="of the training; one a core unless given")
    given = parser.parse_args()
    if given.threads:
        os.environ["OMP_NUM_THREADS"] = str(given.threads)
    data_dir = given.data_dir.absolute()
    config, registry = load_config(data_dir=data_dir), load_plugins()
    document = compose(config.preset("quickstart-pytorch"), {"epochs": given.epochs}, registry)
    plan = check_plan(document, registry)
    watched, alone = [], []
    for turn in range(given.rounds):
        # The order changes, so that neither always follows the other.
        for is_watched in (turn % 2 == 0, turn % 2 == 1):
            (watched if is_watched else alone).append(train(plan, data_dir, is_watched))
        print(f"round {turn + 1}: watched {watched[-1]:.2f} s, alone {alone[-1]:.2f} s", flush=True)
    report(f"watched / alone, {given.epochs} epoch(s)", watched, alone)
    print(f"medians: {statistics.median(watched):.2f} s and {statistics.median(alone):.2f} s")


if __name__ == "__main__":
    main()
