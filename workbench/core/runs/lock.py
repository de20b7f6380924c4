"""The lock that says whether a run's worker is alive; the kernel frees it with the process."""

import fcntl
import os
from pathlib import Path
from types import TracebackType

import filelock

from workbench.api.errors import UserError
from workbench.core.runs.folder import RunFolder

# A client that looks whether a worker is alive holds the lock for some microseconds;
# a worker that starts in this moment waits for it.
_WAIT_S = 1.0


class RunLock:
    """Held by a run's worker from its first to its last moment."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._lock = filelock.FileLock(run.lock)

    def __enter__(self) -> "RunLock":
        try:
            self._lock.acquire(timeout=_WAIT_S)
        except filelock.Timeout:
            raise UserError(
                f"The run {self._run.name} has a worker already; "
                f"follow it with `workbench attach {self._run.name}`."
            ) from None
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._lock.release()


def is_alive(run: RunFolder) -> bool:
    """Whether a worker holds the run's lock."""
    return is_locked(run.lock)


def is_locked(path: Path) -> bool:
    """Whether a process holds the lock of this path."""
    try:
        descriptor = os.open(path, os.O_RDONLY)
    except OSError:
        return False  # no one has been there yet
    try:
        # Shared, so that two clients who look at the same moment don't take each other for
        # the holder.
        fcntl.flock(descriptor, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except OSError:
        return False  # a file system without locks; no worker of ours could run there
    finally:
        os.close(descriptor)
    return False
