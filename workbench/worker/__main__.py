"""``python -m workbench.worker RUN_DIR DATA_DIR``: train a run until its end.

``python -m workbench.worker --spare PLACE`` calls the function at the place, which imports a
framework, and waits for the other arguments; see :mod:`workbench.worker.spare`.
"""

import argparse
import gc
import signal
import sys
from pathlib import Path

from workbench.core.runs import RunFolder
from workbench.core.runs.nodes import Node
from workbench.worker.run import work
from workbench.worker.spare import wait_for_run


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m workbench.worker")
    parser.add_argument("run", type=Path, help="the run's folder")
    parser.add_argument("data_dir", type=Path, help="folder of the datasets")
    parser.add_argument("queued", nargs="?", choices=["queued"], help="only if it still waits")
    parser.add_argument("--nodes", type=int, default=1, help="machines that take part")
    parser.add_argument("--node", type=int, default=0, help="which of them this is, from 0")
    parser.add_argument("--rendezvous", default="", metavar="HOST:PORT", help="where they meet")
    return parser.parse_args()


if __name__ == "__main__":
    # What a framework makes while it is imported stays: looking for garbage there takes a
    # seventh of the time. The collector begins with the training.
    gc.disable()
    # A hang-up of the terminal that started it is no reason to end.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if sys.argv[1] == "--spare":
        arguments = wait_for_run(sys.argv[2])
        if arguments is None:
            sys.exit(0)
        sys.argv[1:] = arguments
    given = _arguments()
    node = Node(given.nodes, given.node, given.rendezvous)
    is_queued = given.queued is not None
    sys.exit(work(RunFolder(given.run), given.data_dir, is_queued=is_queued, node=node))
