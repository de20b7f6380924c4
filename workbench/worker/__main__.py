"""``python -m workbench.worker RUN_DIR DATA_DIR [queued]``: train a run until its end.

``python -m workbench.worker --spare PLACE`` calls the function at the place, which imports a
framework, and waits for the other arguments; see :mod:`workbench.worker.spare`.
"""

import signal
import sys
from pathlib import Path

from workbench.core.runs import RunFolder
from workbench.worker.run import work
from workbench.worker.spare import wait_for_run

if __name__ == "__main__":
    # A hang-up of the terminal that started it is no reason to end.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    if sys.argv[1] == "--spare":
        arguments = wait_for_run(sys.argv[2])
        if arguments is None:
            sys.exit(0)
        sys.argv[1:] = arguments
    run, data_dir = RunFolder(Path(sys.argv[1])), Path(sys.argv[2])
    sys.exit(work(run, data_dir, is_queued=sys.argv[3:] == ["queued"]))
