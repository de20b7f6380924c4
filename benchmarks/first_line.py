"""From launching a worker to its first loss line, against importing the framework and reading
the data.

Each run is a process of its own and the kinds take turns. The bare program imports torch and
NumPy and reads the four IDX files into tensors, and no more. ``--stages`` also says how long
each stage of the worker took. ``--warm`` also measures a worker that has waited for the run
with its framework imported, as the interface keeps one.
Run it with ``python benchmarks/first_line.py --data-dir FOLDER``, where FOLDER has
``FashionMNIST/raw`` with unpacked IDX files.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psutil

from workbench.api.events import LossReported
from workbench.core.config import load_config
from workbench.core.plan import check_plan
from workbench.core.plugins import load_plugins
from workbench.core.runs import EventReader, create_run, launch_worker
from workbench.core.runs.spare import SpareWorker

BARE = """
import sys, pathlib
import numpy as np
import torch
for path in sorted((pathlib.Path(sys.argv[1]) / "FashionMNIST" / "raw").glob("*-ubyte")):
    stored = torch.from_numpy(np.frombuffer(bytearray(path.read_bytes()), np.uint8, offset=16))
    tensor = stored.to(torch.float32).div_(255)
"""
POLL_S = 0.002


def bare(data_dir):
    began = time.perf_counter()
    subprocess.run([sys.executable, "-c", BARE, str(data_dir)], check=True)
    return time.perf_counter() - began


def waiting_worker(plan, place):
    """A worker that has warmed up, and how much memory it holds then in bytes."""
    spare = SpareWorker()
    spare.prepare(plan.backend.name, place)
    process = psutil.Process(spare._process.pid)
    used = -1.0
    while True:  # it waits once it uses no more of the processor
        time.sleep(1.0)
        before, used = used, process.cpu_times().user
        if used == before:
            return spare, process.memory_full_info().uss


def first_line(data_dir, plan, stages, launch=launch_worker):
    """Seconds to the first loss line; adds the seconds to each event before it to ``stages``."""
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), plan)
        began, clock = time.time(), time.perf_counter()
        worker = launch(run, data_dir)
        try:
            reader, events = EventReader(run), []
            while not any(isinstance(event, LossReported) for event in events):
                if worker.poll() is not None:
                    sys.exit(run.log.read_text())
                time.sleep(POLL_S)
                events += reader.read()
            seconds = time.perf_counter() - clock
        finally:
            worker.kill()
            worker.wait()
    for event in events:
        stages.setdefault(type(event).__name__, []).append(event.time - began)
        if isinstance(event, LossReported):
            break
    return seconds


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--data-dir", type=Path, required=True)
    parser.add_argument("--rounds", type=int, default=7)
    parser.add_argument("--stages", action="store_true", help="say when each event came")
    parser.add_argument("--warm", action="store_true", help="also a worker that has waited")
    parser.add_argument("--preset", help="the default one unless given; bare is always PyTorch")
    given = parser.parse_args()
    config = load_config(data_dir=given.data_dir)
    registry = load_plugins((), ())
    plan = check_plan(config.preset(given.preset or config.settings.default_preset), registry)
    place = registry.backend(plan.backend.name).warm_up
    ratios, stages, warm, warm_stages = [], {}, [], {}
    for turn in range(given.rounds):
        bare_s, ours_s = bare(given.data_dir), first_line(given.data_dir, plan, stages)
        ratios.append(ours_s / bare_s)
        print(f"round {turn + 1}: bare {bare_s:.2f} s, first line {ours_s:.2f} s", flush=True)
        if given.warm:
            spare, memory = waiting_worker(plan, place)

            def take(run, data_dir, spare=spare):
                return spare.take(plan.backend.name, run, data_dir)

            warm.append(first_line(given.data_dir, plan, warm_stages, take))
            print(
                f"  waiting worker: {warm[-1]:.2f} s, {memory / 2**20:.0f} MiB of its own before it"
            )
    if given.stages:
        for name, seconds in stages.items():
            after = f"{statistics.median(seconds):.2f} s"
            if name in warm_stages:
                after += f", {statistics.median(warm_stages[name]):.2f} s by one that waited"
            print(f"  {name}: after {after} (medians)")
    if given.warm:
        print(
            f"a worker that waited: {statistics.median(warm):.2f} s "
            f"({min(warm):.2f} to {max(warm):.2f})"
        )
    median = statistics.median(ratios)
    print(f"first line / bare: {median:.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
