"""From launching a worker to its first loss line, against importing the framework and reading
the data.

Each run is a process of its own and the kinds take turns. The bare program imports torch and
NumPy and reads the four IDX files into tensors, and no more. ``--stages`` also says how long
each stage of the worker took. Run it with ``python benchmarks/first_line.py --data-dir FOLDER``,
where FOLDER has ``FashionMNIST/raw`` with unpacked IDX files.
"""

import argparse
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from workbench.api.events import LossReported
from workbench.core.config import load_config
from workbench.core.plan import check_plan
from workbench.core.plugins import load_plugins
from workbench.core.runs import EventReader, create_run, launch_worker

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


def first_line(data_dir, plan, stages):
    """Seconds to the first loss line; adds the seconds to each event before it to ``stages``."""
    with tempfile.TemporaryDirectory() as folder:
        run = create_run(Path(folder), plan)
        began, clock = time.time(), time.perf_counter()
        worker = launch_worker(run, data_dir)
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
    given = parser.parse_args()
    config = load_config(data_dir=given.data_dir)
    registry = load_plugins((), ())
    plan = check_plan(config.preset(config.settings.default_preset), registry)
    ratios, stages = [], {}
    for turn in range(given.rounds):
        bare_s, ours_s = bare(given.data_dir), first_line(given.data_dir, plan, stages)
        ratios.append(ours_s / bare_s)
        print(f"round {turn + 1}: bare {bare_s:.2f} s, first line {ours_s:.2f} s", flush=True)
    if given.stages:
        for name, seconds in stages.items():
            print(f"  {name}: after {statistics.median(seconds):.2f} s (median)")
    median = statistics.median(ratios)
    print(f"first line / bare: {median:.2f} ({min(ratios):.2f} to {max(ratios):.2f})")


if __name__ == "__main__":
    main()
