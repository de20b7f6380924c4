"""The lock that says whether a run's worker is alive; the kernel frees it with the process."""

import fcntl
import os
import time
from pathlib import Path
from types import TracebackType

from workbench.api.errors import UserError
from workbench.core.runs.folder import RunFolder

# A client that looks whether a worker is alive holds the lock for some microseconds;
# a worker that starts in this moment waits for it.
_WAIT_S = 1.0
_POLL_S = 0.01


class RunLock:
    """Held by a run's worker from its first to its last moment.

    A process that the worker forks, such as one that loads data, does not hold it: when the
    worker is killed the lock is free at once.
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._descriptor = -1
        os.register_at_fork(after_in_child=self._close)

    def __enter__(self) -> "RunLock":
        self._descriptor = os.open(self._run.lock, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o644)
        deadline = time.monotonic() + _WAIT_S
        while not self._take():
            if time.monotonic() > deadline:
                self._close()
                raise UserError(
                    f"The run {self._run.name} has a worker already; "
                    f"follow it with `workbench attach {self._run.name}`."
                )
            time.sleep(_POLL_S)
        return self

    def fileno(self) -> int:
        """The lock's descriptor; a process that inherits it holds the lock too."""
        return self._descriptor

    def _take(self) -> bool:
        try:
            fcntl.flock(self._descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
        return True

    def _close(self) -> None:
        if self._descriptor >= 0:
            os.close(self._descriptor)
            self._descriptor = -1

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._close()


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
