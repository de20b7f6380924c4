"""FashionMNIST through the workbench, worker and events and checkpoints included, against the
plain script.

Each run is a process of its own and both take turns, so that the machine's mood meets each.
Compared are the seconds of training and testing (for the workbench from the first epoch's
event to the last test's, whatever the worker did in between) and those from the start of the
process to its end. Both must print the same lines.
Run it with ``python benchmarks/pytorch_quickstart.py --data-dir FOLDER``, where FOLDER has
``FashionMNIST/raw`` with unpacked IDX files.
"""

import argparse
import os
import re
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workbench.api.events import EpochStarted, EpochTested
from workbench.core.runs import RunFolder, read_events

HERE = Path(__file__).parent


def timed(command, **extra):
    began = time.perf_counter()
    done = subprocess.run(command, capture_output=True, text=True, check=False, **extra)
    seconds = time.perf_counter() - began
    if done.returncode:
        sys.exit(f"{command} ended with {done.returncode}:\n{done.stdout}{done.stderr}")
    return seconds, done


def lines_of(text):
    """What both print: epochs, losses and tests."""
    return [line for line in text.splitlines() if re.match(r"Epoch|loss:|Test| Accuracy", line)]


def run_script(data_dir, epochs):
    """Seconds of training and testing, seconds in all, and the lines."""
    wall_s, done = timed(
        [sys.executable, str(HERE / "plain_script.py"), str(data_dir), str(epochs)]
    )
    return float(done.stderr.split()[-1]), wall_s, lines_of(done.stdout)


def run_workbench(data_dir, epochs):
    seconds, wall_s, _, output = run_plan("quickstart-pytorch", data_dir, epochs, 0)
    return seconds, wall_s, lines_of(output)


def run_plan(preset, data_dir, epochs, seed):
    """A preset through the worker: training seconds, seconds in all, tests, and the output."""
    with tempfile.TemporaryDirectory() as folder:
        command = [sys.executable, "-m", "workbench", "train", "--preset", preset]
        flags = ["--epochs", str(epochs), "--seed", str(seed), "--name", "measured"]
        places = ["--data-dir", str(data_dir), "--runs-dir", folder]
        wall_s, done = timed([*command, *flags, *places])
        events = read_events(RunFolder(Path(folder) / "measured"))
    began = next(event.time for event in events if isinstance(event, EpochStarted))
    tests = [event for event in events if isinstance(event, EpochTested)]
    return tests[-1].time - began, wall_s, tests, done.stdout


def report(name, ours, theirs):
    """The ratios of the rounds, and that of the fastest of each, which a busy machine shifts
    least."""
    ratios = [own / other for own, other in zip(ours, theirs, strict=True)]
    print(
        f"{name}: {statistics.median(ratios):.2f} ({min(ratios):.2f} to {max(ratios):.2f}; "
        f"fastest to fastest {min(ours) / min(theirs):.2f})"
    )


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--epochs", type=int, default=5)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, help="of both; one a core unless given")
    given = parser.parse_args()
    if given.threads:
        os.environ["OMP_NUM_THREADS"] = str(given.threads)
    found = {"plain": run_script, "workbench": run_workbench}
    training = {name: [] for name in found}
    whole = {name: [] for name in found}
    for turn in range(given.rounds):
        results = {name: run(given.data_dir, given.epochs) for name, run in found.items()}
        plain_lines = results["plain"][2]
        if results["workbench"][2] != plain_lines:
            sys.exit("The workbench printed other lines than the plain script.")
        for name, (seconds, wall_s, _) in results.items():
            training[name].append(seconds)
            whole[name].append(wall_s)
        figures = ", ".join(f"{name} {result[0]:.2f} s" for name, result in results.items())
        print(f"round {turn + 1}: {figures}; {len(plain_lines)} lines are the same", flush=True)
    print(f"\n{given.epochs} epoch(s), median of {given.rounds} ratios to the plain script")
    report("training and testing", training["workbench"], training["plain"])
    report("whole process", whole["workbench"], whole["plain"])


if __name__ == "__main__":
    main()
