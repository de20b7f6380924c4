"""What an open interface costs the training that it watches.

The PyTorch quickstart trains in a worker of its own and the interface is open on it in a
terminal, which is read as fast as it writes. Two machines' moods lie between two runs, so that
some hundredths can't be told apart; therefore the interface is stopped and let go on by turns
within one run, and neighbouring stretches of training are compared. With ``--rounds`` whole runs
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

from workbench.api.events import BatchesTrained, EpochStarted, EpochTested
from workbench.core.config import load_config
from workbench.core.plan import check_plan, compose
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, launch_worker
from workbench.core.runs.events import EventReader

POLL_S = 0.02
FIRST_S = 15  # in which the interface draws the run for the first time
UNDISTURBED_S = 30  # after it, in which it is only looked at what it uses
SETTLE_S = 0.5  # after a stop the interface catches up
STRETCH_S = 2.5
LEAST_S = 1.0  # of training in a stretch: the rest may be a test
MANY_EPOCHS = 10_000


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

    def events(self):
        """What the worker writes, as it comes; an empty list where nothing came for a moment."""
        while True:
            if self._terminal is None:
                time.sleep(POLL_S)
            else:
                self._terminal.read(POLL_S)
            is_over = self._worker.poll() is not None
            yield self._reader.read()
            if is_over:
                break
        if self._worker.returncode:
            sys.exit(self._run.log.read_text())

    def training_s(self):
        """The seconds of all epochs with their tests, as the worker wrote them."""
        events = [event for found in self.events() for event in found]
        began = [event.time for event in events if isinstance(event, EpochStarted)]
        ended = [event.time for event in events if isinstance(event, EpochTested)]
        return sum(end - begin for begin, end in zip(began, ended, strict=True))

    def stop(self):
        """The interface uses no processor from now on."""
        os.kill(self._terminal.process.pid, signal.SIGSTOP)

    def let_go_on(self):
        os.kill(self._terminal.process.pid, signal.SIGCONT)

    def processor_s(self):
        """Seconds of a processor that the interface used."""
        times = self._terminal.interface.cpu_times()
        return times.user + times.system


class Stretch:
    """Some seconds of a run, with the interface or without."""

    def __init__(self, is_watched, used_s):
        self.is_watched = is_watched
        self._begin, self._used_s = time.time(), used_s

    def end(self, used_s):
        self._end = time.time()
        self.share = (used_s - self._used_s) / (self._end - self._begin)

    def batch_s(self, trained):
        """Seconds of a batch, of those that were begun and ended in it; ``None``: too few."""
        inside = [
            event
            for event in trained
            if event.time - event.elapsed_s >= self._begin and event.time <= self._end
        ]
        seconds = sum(event.elapsed_s for event in inside)
        return seconds / sum(len(event.losses) for event in inside) if seconds > LEAST_S else None


def compare_stretches(plan, data_dir, pairs):
    """Seconds of a batch with the interface and with it stopped, and its share of a core."""
    order, trained, stretches = random.Random(0), [], []
    with Watched(plan, data_dir, has_interface=True) as run:
        began = time.monotonic()

        def go_on_for(seconds):
            until = time.monotonic() + seconds
            for events in run.events():
                trained.extend(event for event in events if isinstance(event, BatchesTrained))
                if time.monotonic() >= until:
                    break

        go_on_for(FIRST_S)
        before, began = run.processor_s(), time.monotonic()
        go_on_for(UNDISTURBED_S)
        share = (run.processor_s() - before) / (time.monotonic() - began)
        print(f"left alone, the interface uses {share:.1%} of a core", flush=True)
        for _ in range(pairs):
            # Which of a pair comes first is left to chance.
            for is_watched in order.choice([(True, False), (False, True)]):
                (run.let_go_on if is_watched else run.stop)()
                go_on_for(SETTLE_S)
                stretches.append(Stretch(is_watched, run.processor_s()))
                go_on_for(STRETCH_S)
                stretches[-1].end(run.processor_s())
    ratios = []
    for pair in zip(stretches[::2], stretches[1::2], strict=True):
        watched, alone = sorted(pair, key=lambda one: not one.is_watched)
        taken = watched.batch_s(trained), alone.batch_s(trained)
        if None not in taken:
            ratios.append(taken[0] / taken[1])
    report_ratios(sorted(ratios), [one.share for one in stretches if one.is_watched])


def report_ratios(ratios, shares):
    count = len(ratios)
    error = statistics.stdev(ratios) / count**0.5
    print(
        f"{count} pairs of {STRETCH_S:g} s, watched / alone: median "
        f"{statistics.median(ratios):.3f}, mean {statistics.mean(ratios):.3f} ± {error:.3f} "
        f"(standard error), middle half {ratios[count // 4]:.3f} to {ratios[-1 - count // 4]:.3f}; "
        f"the interface used {statistics.mean(shares):.1%} of a core"
    )


def compare_runs(plan, data_dir, rounds):
    watched, alone = [], []
    for turn in range(rounds):
        # The order changes, so that neither always follows the other.
        for has_interface in (turn % 2 == 0, turn % 2 == 1):
            with Watched(plan, data_dir, has_interface) as run:
                (watched if has_interface else alone).append(run.training_s())
        print(f"round {turn + 1}: watched {watched[-1]:.2f} s, alone {alone[-1]:.2f} s", flush=True)
    report(f"runs of {plan.run.epochs} epochs, watched / alone", watched, alone)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(".", maxsplit=1)[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--pairs", type=int, default=150, help="of stretches of training")
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

    compare_stretches(quickstart(MANY_EPOCHS), data_dir, given.pairs)
    if given.rounds:
        compare_runs(quickstart(5), data_dir, given.rounds)


if __name__ == "__main__":
    main()
