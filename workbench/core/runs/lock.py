"""The lock that says whether a run's worker is alive; the kernel frees it with the process."""

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
    if not run.lock.exists():
        return False
    lock = filelock.FileLock(run.lock)
    try:
        lock.acquire(blocking=False)
    except filelock.Timeout:
        return True
    except OSError:
        return False  # a folder that can't be written to has no worker of this machine
    lock.release()
    return False
