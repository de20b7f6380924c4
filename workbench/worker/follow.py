"""``python -m workbench.worker.follow RUN_DIR OFFSET``: a run's followers, beside its worker.

They read the run's events from the byte ``OFFSET`` of its file on, each in a thread of its own.
The worker holds this process's standard input open as long as it lives. Each line of standard
output is a problem that the person should be told.
"""

import contextlib
import faulthandler
import os
import select
import sys
import threading
import time
from pathlib import Path

from filelock import FileLock

from workbench.core.config import load_config, read_run_document
from workbench.core.plan.followers import read_followers
from workbench.core.processes import output_for_answers
from workbench.core.runs import RunFolder
from workbench.worker.explaining import explain
from workbench.worker.follower_thread import FollowerThread
from workbench.worker.setup import load_registry

_WAITED_S = 8.0  # the worker waits a little longer than this
_CLOSE_S = 60.0
_ANSWER_S = 30.0
_LOOK_S = 0.5
_NICENESS = 10  # the training goes first


def main() -> None:
    """Follow until the worker has ended and every follower is done, or has had its time."""
    run, offset = RunFolder(Path(sys.argv[1])), int(sys.argv[2])
    problems = output_for_answers()
    os.nice(_NICENESS)

    def tell(problem: str) -> None:
        line = " ".join(problem.split())
        print(line, file=sys.stderr, flush=True)
        with contextlib.suppress(OSError):  # the worker has ended
            problems.write(f"{line}\n".encode())
            problems.flush()

    try:
        files = run.path / "followers"
        files.mkdir(exist_ok=True)
        # Those of an earlier worker, if it was killed a moment ago, finish first.
        with FileLock(files / ".lock", timeout=2 * _CLOSE_S):
            _follow(run, offset, files, tell)
    except Exception as error:
        tell(f"Nobody follows the run: {explain(error)[0]}")
    os._exit(0)  # a follower that hangs, or what its library left running, is not waited for


def _follow(run: RunFolder, offset: int, files: Path, tell: "FollowerThread.Tell") -> None:
    is_over = threading.Event()
    document = read_run_document(run.plan, load_config().plugin_paths)
    registry = load_registry(document)
    threads = [
        FollowerThread(item, registry, run, document, offset, files, is_over, tell)
        for item in read_followers(document)
        if item.is_on
    ]
    for thread in threads:
        thread.start()
    while not select.select([sys.stdin], [], [], _LOOK_S)[0]:
        for thread in threads:
            if thread.busy_s > _ANSWER_S:
                thread.complain(f"has not answered for {_ANSWER_S:.0f} s; the run goes on")
    is_over.set()
    faulthandler.dump_traceback_later(_CLOSE_S, exit=True)  # whatever a library does
    began = time.monotonic()
    for thread in threads:
        thread.join(max(0.0, began + _WAITED_S - time.monotonic()))
    for thread in threads:
        if thread.is_alive():
            thread.complain(f"is still busy; it has {_CLOSE_S:.0f} s after the end of the run")
    for thread in threads:
        thread.join()


if __name__ == "__main__":
    main()
