"""One process at a time obtains a dataset."""

import contextlib
from collections.abc import Iterator
from pathlib import Path

import filelock

from workbench.api.errors import UserError
from workbench.api.specs import FileSource, IdxSource
from workbench.core.data.progress import OnProgress, Progress
from workbench.core.files import make_folder

_POLL_S = 0.2


@contextlib.contextmanager
def fetch_lock(
    source: IdxSource | FileSource, data_dir: Path, on_progress: OnProgress, wait_s: float = 1800
) -> Iterator[Path]:
    """Hold the lock of a dataset's folder, and give that folder, made if need be.

    Raises :class:`UserError` if the folder can't be written to, or if another process holds
    the lock for ``wait_s``.
    """
    folder = data_dir / source.folder
    make_folder(folder, "data folder")
    lock = filelock.FileLock(folder / ".workbench-lock")
    waited_s = 0.0
    while True:
        try:
            lock.acquire(timeout=_POLL_S)
            break
        except filelock.Timeout:
            waited_s += _POLL_S
            if waited_s >= wait_s:
                raise UserError(
                    f"Another process has been filling {folder} for {waited_s:.0f} s; "
                    "wait for it or end it."
                ) from None
            on_progress(Progress("data folder", "waiting for another process that fills it"))
        except OSError as error:
            raise UserError(f"The data folder {folder} can't be locked ({error}).") from None
    try:
        yield folder
    finally:
        lock.release()
