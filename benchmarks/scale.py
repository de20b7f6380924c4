"""Training on two ranks against one, and what the launcher costs.

The same plan trains in one process, and in two that share each batch. The runs take turns. In
each round the training speed of the second epoch counts (items of all ranks in a second), and
the seconds from launching the worker to its first loss line; ratios are those of one round, so
that what else the machine does meets both.
Run it with ``python benchmarks/scale.py --data-dir FOLDER``, where FOLDER has
``FashionMNIST/raw``; without it the plan's data are obtained anew for each run (with
``WORKBENCH_OFFLINE=1``: the embedded sample).
"""

import argparse
import statistics
import sys
import tempfile
from pathlib import Path

from workbench.api.events import BatchesTrained, LossReported
from workbench.core.plan import check_plan, compose
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, launch_worker, read_events


def plan_of(registry, devices, hidden, batch_size):
    changes = {
        "dataset": {"name": "fashion-mnist"},
        "backend": {"name": "pytorch"},
        "model": {"name": "mlp", "hidden": [hidden, hidden]},
        "data": {"batch_size": batch_size},
        "devices": devices,
        "epochs": 2,
        "samples": 0,
    }
    return check_plan(compose({}, changes, registry), registry)


def measure(plan, data_dir):
    """Items a second in the second epoch, and seconds from the launch to the first loss line."""
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), plan)
        launched = run.plan.stat().st_mtime
        worker = launch_worker(run, data_dir or Path(folder) / "data")
        try:
            if worker.wait():
                sys.exit(run.log.read_text())
        finally:
            worker.terminate()
            worker.wait()
        events = read_events(run)
    first = next(event.time for event in events if isinstance(event, LossReported))
    trained = [event for event in events if isinstance(event, BatchesTrained) and event.epoch == 1]
    return trained[-1].size / sum(event.elapsed_s for event in trained), first - launched


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path)
    parser.add_argument("--rounds", type=int, default=3)
    parser.add_argument("--ranks", type=int, default=2)
    parser.add_argument("--hidden", type=int, default=512, help="width of the two layers")
    parser.add_argument("--batch-size", type=int, default=256)
    given = parser.parse_args()
    registry = load_plugins()
    plans = [
        plan_of(registry, devices, given.hidden, given.batch_size) for devices in (1, given.ranks)
    ]
    speeds, starts = [], []
    for number in range(given.rounds):
        (one, one_s), (several, several_s) = (measure(plan, given.data_dir) for plan in plans)
        speeds.append(several / one)
        starts.append(several_s - one_s)
        print(
            f"round {number + 1}: 1 rank {one:,.0f} items/s, first line after {one_s:.1f} s; "
            f"{given.ranks} ranks {several:,.0f} items/s, first line after {several_s:.1f} s; "
            f"{several / one:.2f} times the speed"
        )
    print(
        f"{given.ranks} ranks are {statistics.median(speeds):.2f} times as fast as one (median of "
        f"{given.rounds}), and the launcher takes {statistics.median(starts):.1f} s longer to the "
        "first line"
    )


if __name__ == "__main__":
    main()
