"""What an open interface costs the training that it watches.

The PyTorch quickstart trains in a worker of its own, and the interface is open on it in a
terminal, which ``cat`` reads. The interface works in bursts of some milliseconds. So the seconds
of a batch in each report of the worker, some of which hit a burst and most of which don't, are
compared with what the interface used of a core meanwhile: the slope of the line through them is
what a second of its work takes from the training. That times the part of a core that it uses is
the cost, which two runs can't tell from the machine's moods between them. With ``--rounds`` whole
runs are compared as well, by turns with the interface and without. Run it with
``python benchmarks/attached.py --data-dir FOLDER`` on a machine that does nothing else.
"""

import argparse
import contextlib
import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import numpy
from pytorch_quickstart import report
from ui import Terminal

from workbench.api.events import BatchesTrained, EpochStarted, EpochTested
from workbench.core.config import load_config
from workbench.core.plan import check_plan, compose
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, launch_worker, list_runs, overview, read_events

POLL_S, TICK_S = 0.01, 0.5
FIRST_S = 15  # in which the interface opens, and draws what there is for the first time
NEIGHBOURS = 10  # reports on each side: the machine's mood changes within some seconds
MANY_EPOCHS = 10_000


@contextlib.contextmanager
def training(plan, data_dir, folder):
    """A run and its worker, which ends with the block."""
    run = create_run(folder / "runs", plan)
    worker = launch_worker(run, data_dir)
    try:
        yield run, worker
    finally:
        worker.kill()
        worker.wait()


@contextlib.contextmanager
def interface(data_dir, folder):
    """The interface in a terminal."""
    terminal = Terminal(folder, data_dir)
    screen, nowhere = terminal.process.child_fd, subprocess.DEVNULL
    reader = subprocess.Popen(["cat"], stdin=screen, stdout=nowhere, stderr=nowhere)
    try:
        time.sleep(FIRST_S)
        yield terminal
    finally:
        terminal.process.close(force=True)
        reader.kill()
        reader.wait()


def used_s(pid, seconds):
    """Moments of the next ``seconds``, and the seconds of a core a process used until each."""
    threads = Path(f"/proc/{pid}/task").glob("*/schedstat")
    with contextlib.ExitStack() as stack:
        files = [stack.enter_context(path.open("rb", buffering=0)) for path in threads]
        moments, used = [time.time()], []
        while True:
            ran_ns = (int(os.pread(file.fileno(), 64, 0).split()[0]) for file in files)
            used.append(sum(ran_ns) / 1e9)
            if moments[-1] - moments[0] > seconds:
                return moments, used
            time.sleep(POLL_S)
            moments.append(time.time())


def measure_cost(plan, data_dir, seconds):
    """Print what a second of the interface's work costs the training, and how much it works."""
    with tempfile.TemporaryDirectory() as name, training(plan, data_dir, Path(name)) as (run, _):
        with interface(data_dir, Path(name)) as terminal:
            moments, used = used_s(terminal.process.pid, seconds)
        told = read_events(run)
    reports = [
        (event.elapsed_s / len(event.losses), event.time - event.elapsed_s, event.time)
        for event in told
        # The first of an epoch begins with what the test left in the caches.
        if isinstance(event, BatchesTrained) and event.first_batch
    ]
    inside = [one for one in reports if one[1] > moments[0] and one[2] < moments[-1]]
    batch_s, begins, ends = map(numpy.array, zip(*inside, strict=True))
    share = numpy.interp(ends, moments, used) - numpy.interp(begins, moments, used)
    share /= ends - begins
    usual = [
        statistics.median(batch_s[max(0, at - NEIGHBOURS) : at + NEIGHBOURS + 1])
        for at in range(len(batch_s))
    ]
    ratios = batch_s / usual
    slope, start = numpy.polyfit(share, ratios, 1)
    errors = ratios - start - slope * share
    error = errors.std() / share.std() / len(share) ** 0.5
    whole = (used[-1] - used[0]) / (moments[-1] - moments[0])
    print(
        f"the interface used {whole:.2%} of a core, {share.mean():.2%} while batches were "
        f"trained; a second of it cost {slope:.2f} ± {error:.2f} s of training "
        f"(standard error, {len(share)} reports): {slope * share.mean():.2%} ± "
        f"{error * share.mean():.2%}",
        flush=True,
    )


def training_s(run):
    """The seconds of all epochs with their tests, as the worker wrote them."""
    told = read_events(run)
    began = [event.time for event in told if isinstance(event, EpochStarted)]
    ended = [event.time for event in told if isinstance(event, EpochTested)]
    return sum(end - begin for begin, end in zip(began, ended, strict=True))


def watched_s(data_dir):
    """Of the quickstart, started with the key of an interface that is open."""
    with tempfile.TemporaryDirectory() as name:
        runs = Path(name) / "runs"
        with interface(data_dir, Path(name)) as terminal:
            terminal.send("t")
            while not list_runs(runs):
                time.sleep(POLL_S)
            (run,) = list_runs(runs)
            while overview(run).is_live:
                time.sleep(TICK_S)
        if overview(run).state != "completed":
            sys.exit(run.log.read_text())
        return training_s(run)


def alone_s(plan, data_dir):
    with (
        tempfile.TemporaryDirectory() as name,
        training(plan, data_dir, Path(name)) as (run, worker),
    ):
        if worker.wait():
            sys.exit(run.log.read_text())
        return training_s(run)


def compare_runs(plan, data_dir, rounds):
    watched, alone = [], []
    for turn in range(rounds):
        # The order changes, so that neither always follows the other.
        for has_interface in (turn % 2 == 0, turn % 2 == 1):
            if has_interface:
                watched.append(watched_s(data_dir))
            else:
                alone.append(alone_s(plan, data_dir))
        print(f"round {turn + 1}: watched {watched[-1]:.2f} s, alone {alone[-1]:.2f} s", flush=True)
    report(f"runs of {plan.run.epochs} epochs, watched / alone", watched, alone)


def main():
    parser = argparse.ArgumentParser(description=__doc__.split(".", maxsplit=1)[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--seconds", type=int, default=180, help="of training that is watched")
    parser.add_argument("--rounds", type=int, default=0, help="of whole runs of five epochs")
    parser.add_argument("--threads", type=int, help="of the training; one a core unless given")
    given = parser.parse_args()
    if given.threads:
        os.environ["OMP_NUM_THREADS"] = str(given.threads)
    data_dir = given.data_dir.absolute()
    config, registry = load_config(data_dir=data_dir), load_plugins()

    preset = config.preset("quickstart-pytorch")
    endless = check_plan(compose(preset, {"epochs": MANY_EPOCHS}, registry), registry)
    measure_cost(endless, data_dir, given.seconds)
    if given.rounds:
        compare_runs(check_plan(preset, registry), data_dir, given.rounds)


if __name__ == "__main__":
    main()
