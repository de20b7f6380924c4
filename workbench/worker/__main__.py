"""``python -m workbench.worker RUN_DIR DATA_DIR [queued]``: train a run until its end."""

import signal
import sys
from pathlib import Path

from workbench.core.runs import RunFolder
from workbench.worker.run import work

if __name__ == "__main__":
    # A hang-up of the terminal that started it is no reason to end.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    run, data_dir = RunFolder(Path(sys.argv[1])), Path(sys.argv[2])
    sys.exit(work(run, data_dir, is_queued=sys.argv[3:] == ["queued"]))
