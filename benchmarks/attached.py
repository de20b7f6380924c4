"""What an open interface costs the training that it watches.

The PyTorch quickstart trains in a worker of its own and the interface is open on it in a
terminal, which is read as fast as it writes. Two machines' moods lie between two runs, so that
some hundredths can't be told apart; therefore the interface is stopped and let go on by turns,
epoch by epoch of one run, and neighbouring epochs are compared. With ``--rounds`` whole runs
are compared as well, by turns with the interface and without. Run it with
``python benchmarks/attached.py --data-dir FOLDER`` on a machine that does nothing else.
"""

import argparse
import contextlib
import os
import random
import signal
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
from workbench.core.runs import create_run, launch_worker
from workbench.core.runs.events import EventReader

POLL_S = 0.02
FIRST = 3  # epochs in which the interface draws the run for the first time
UNDISTURBED = 6  # epochs after them in which it is only looked at what it uses


class Watched:
    """A run, and the interface on it, if any; used with ``with``."""

    def __init__(self, plan, data_dir, has_interface):
        self._plan, self._data_dir, self._has_interface = plan, data_dir, has_interface
        self._terminal = None

    def __enter__(self):
        self._stack = contextlib.ExitStack()
        folder = Path(self._stack.enter_context(tempfile.TemporaryDirectory()))
        self._run = create_run(folder / "runs", self._plan)
        self._reader = EventReader(self._run)
        self._worker = launch_worker(self._run, self._data_dir)
        if self._has_interface:
            self._terminal = Terminal(folder, self._data_dir)
        return self

    def __exit__(self, *_):
        self._worker.kill()
        self._worker.wait()
        if self._terminal is not None:
            self.let_go_on()
            self._terminal.process.close(force=True)
        self._stack.close()

    def epochs(self):
        """The seconds of each epoch with its test, as the worker wrote them, as they end."""
        began = None
        while True:
            if self._terminal is None:
                time.sleep(POLL_S)
            else:
                self._terminal.read(POLL_S)
            is_over = self._worker.poll() is not None
            for event in self._reader.read():
                if isinstance(event, EpochStarted):
                    began = event.time
                elif isinstance(event, EpochTested):
                    yield event.time - began
            if is_over:
                break
        if self._worker.returncode:
            sys.exit(self._run.log.read_text())

    def stop(self):
        """The interface uses no processor from now on."""
        os.kill(self._terminal.process.pid, signal.SIGSTOP)

    def let_go_on(self):
        os.kill(self._terminal.process.pid, signal.SIGCONT)

    def processor_s(self):
        """Seconds of a processor that the interface used."""
        times = self._terminal.interface.cpu_times()
        return times.user + times.system


def compare_epochs(plan, data_dir, pairs):
    """Epochs with the interface, their neighbours with it stopped, and its share of a core."""
    watched, alone, used_s = [], [], []
    order, turns = random.Random(0), (True, False)
    with Watched(plan, data_dir, has_interface=True) as run:
        before = None
        for number, seconds in enumerate(run.epochs(), start=1 - FIRST - UNDISTURBED):
            if number == -UNDISTURBED:
                before, began = run.processor_s(), time.monotonic()
            if number == 0:
                share = (run.processor_s() - before) / (time.monotonic() - began)
                print(f"left alone, the interface uses {share:.1%} of a core", flush=True)
            if number > 0:
                is_watched = turns[(number - 1) % 2]
                (watched if is_watched else alone).append(seconds)
                if is_watched:
                    used_s.append((run.processor_s() - before) / seconds)
            if number >= 2 * pairs:
                break
            if number >= 0:
                if number % 2 == 0:  # which of a pair comes first is left to chance
                    turns = order.choice([(True, False), (False, True)])
                (run.let_go_on if turns[number % 2] else run.stop)()
                before = run.processor_s()
    ratios = sorted(own / other for own, other in zip(watched, alone, strict=True))
    error = statistics.stdev(ratios) / len(ratios) ** 0.5
    print(
        f"{pairs} pairs of epochs, watched / alone: median {statistics.median(ratios):.3f}, "
        f"mean {statistics.mean(ratios):.3f} ± {error:.3f} (standard error), "
        f"middle half {ratios[pairs // 4]:.3f} to {ratios[-1 - pairs // 4]:.3f}; "
        f"the interface used {statistics.mean(used_s):.1%} of a core"
    )


def compare_runs(plan, data_dir, rounds):
    watched, alone = [], []
    for turn in range(rounds):
        # The order changes, so that neither always follows the other.
        for has_interface in (turn % 2 == 0, turn % 2 == 1):
            with Watched(plan, data_dir, has_interface) as run:
                (watched if has_interface else alone).append(sum(run.epochs()))
        print(f"round {turn + 1}: watched {watched[-1]:.2f} s, alone {alone[-1]:.2f} s", flush=True)
    report(f"runs of {plan.epochs} epochs, watched / alone", watched, alone)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(".", maxsplit=1)[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=40, help="of epochs")
    parser.add_argument("--rounds", type=int, default=0, help="of whole runs of five epochs")
    parser.add_argument("--threads", type=int, help="of the training; one a core unless given")
    given = parser.parse_args()
    if given.threads:
        os.environ["OMP_NUM_THREADS"] = str(given.threads)
    data_dir = given.data_dir.absolute()
    config, registry = load_config(data_dir=data_dir), load_plugins()

    def quickstart(epochs):
        preset = config.preset("quickstart-pytorch")
        return check_plan(compose(preset, {"epochs": epochs}, registry), registry)

    compare_epochs(quickstart(FIRST + UNDISTURBED + 2 * given.pairs), data_dir, given.pairs)
    if given.rounds:
        compare_runs(quickstart(5), data_dir, given.rounds)


if __name__ == "__main__":
    main()
