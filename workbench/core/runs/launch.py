"""Starting a run's worker."""

import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path

from workbench.api.errors import UserError
from workbench.core.runs.folder import RunFolder


def launch_worker(
    run: RunFolder,
    data_dir: Path,
    *,
    environment: Mapping[str, str] | None = None,
    is_queued: bool = False,
) -> subprocess.Popen[bytes]:
    """Start the worker in a session of its own, so that it outlives this terminal.

    Its output goes to ``worker.log``; ``environment`` is laid over this process's. Returns
    at once; the worker takes the run's lock within some 100 ms. One that is started for a
    queued run ends at once if the run waits in the queue no longer. Raises
    :class:`UserError` if the folder can't be written to.
    """
    command = [sys.executable, "-m", "workbench.worker", str(run.path), str(data_dir)]
    try:
        with run.log.open("ab") as log:
            return subprocess.Popen(
                [*command, "queued"] if is_queued else command,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=True,
            )
    except OSError as error:
        raise UserError(f"{run.log} can't be written ({error.strerror}).") from None
