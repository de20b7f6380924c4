"""MNIST with Keras through the workbench, worker and events and checkpoints included, against
stock ``fit`` and ``evaluate``.

Each run is a process of its own and both take turns. Compared are the seconds of training and
testing, the first epoch's tracing included: for stock from before ``fit`` to after
``evaluate``, for the workbench from the first epoch's event to the last test's, with a test
and a checkpoint after each of its five epochs; and those from the start of the process to its
end. The numbers can't be the same, for the two draw their orders differently; the accuracies
are printed. Run it with ``python benchmarks/keras_quickstart.py --data-dir FOLDER``, where
FOLDER has ``MNIST/raw``.
"""

import argparse
import json
import os
import sys
from pathlib import Path

from pytorch_quickstart import HERE, report, run_plan, timed

EPOCHS = 5


def run_stock(data_dir, seed):
    """Seconds of training and testing, seconds in all, and the test accuracy."""
    script = [sys.executable, str(HERE / "keras_loop.py"), "--only", "stock"]
    wall_s, done = timed([*script, "--data-dir", str(data_dir), "--seed", str(seed)])
    said = next(line for line in done.stderr.splitlines() if line.startswith("fit and evaluate"))
    return float(said.split()[-1]), wall_s, json.loads(done.stdout.splitlines()[-1])["accuracy"]


def run_workbench(data_dir, seed):
    seconds, wall_s, tests, _ = run_plan("quickstart-keras", data_dir, EPOCHS, seed)
    return seconds, wall_s, tests[-1].accuracy


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--threads", type=int, help="of both; one a core unless given")
    given = parser.parse_args()
    if given.threads:
        os.environ["TF_NUM_INTRAOP_THREADS"] = str(given.threads)
        os.environ["TF_NUM_INTEROP_THREADS"] = str(given.threads)
    os.environ["TF_CPP_MIN_LOG_LEVEL"] = "1"
    rounds = []
    for seed in range(given.rounds):
        stock, ours = run_stock(given.data_dir, seed), run_workbench(given.data_dir, seed)
        rounds.append((*ours[:2], *stock[:2]))
        print(
            f"round {seed + 1}: stock {stock[0]:.2f} s ({stock[2]:.2%}), "
            f"workbench {ours[0]:.2f} s ({ours[2]:.2%})",
            flush=True,
        )
    print(f"\n{EPOCHS} epochs, median of {given.rounds} ratios to stock Keras")
    ours_s, ours_wall_s, stock_s, stock_wall_s = zip(*rounds, strict=True)
    report("training and testing", ours_s, stock_s)
    report("whole process", ours_wall_s, stock_wall_s)


if __name__ == "__main__":
    main()
