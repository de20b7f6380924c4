"""Starting a run's worker."""

import subprocess
import sys
from pathlib import Path

from workbench.api.errors import UserError
from workbench.core.runs.folder import RunFolder


def launch_worker(run: RunFolder, data_dir: Path) -> subprocess.Popen[bytes]:
    """Start the worker in a session of its own, so that it outlives this terminal.

    Its output goes to ``worker.log``. Returns at once; the worker takes the run's lock
    within some 100 ms. Raises :class:`UserError` if the folder can't be written to.
    """
    try:
        with run.log.open("ab") as log:
            return subprocess.Popen(
                [sys.executable, "-m", "workbench.worker", str(run.path), str(data_dir)],
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=True,
            )
    except OSError as error:
        raise UserError(f"{run.log} can't be written ({error.strerror}).") from None
