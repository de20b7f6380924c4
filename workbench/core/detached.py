"""Starting a process that outlives this terminal and holds a lock while it works."""

import subprocess
import time
from collections.abc import Sequence
from pathlib import Path

from workbench.api.errors import WorkbenchError
from workbench.core.processes import module_command
from workbench.core.runs.lock import is_locked

_POLL_S = 0.02


def start_detached(arguments: Sequence[str], lock: Path, log: Path) -> None:
    """Run ``python -m ARGUMENTS`` in a session of its own, and wait until it holds the lock.

    Its output goes to ``log``. It is no error if it ends at once because another process
    holds the lock. Raises :class:`WorkbenchError` if it ends with one.
    """
    try:
        with log.open("ab") as output:
            process = subprocess.Popen(
                module_command(*arguments),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
    except OSError as error:
        raise WorkbenchError(f"{log} can't be written ({error.strerror}).") from None
    while process.poll() is None and not is_locked(lock):
        time.sleep(_POLL_S)
    if process.poll():
        raise WorkbenchError(f"{arguments[0]} ended with an error; see {log}.")
