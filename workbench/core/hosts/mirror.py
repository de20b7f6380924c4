"""The copy of another machine's run folders: the small files, so that every screen can read.

Large files are hollow: they have their size and nothing on the disk. A lock that is held there
is held here too, by whoever keeps the copy.
"""

import contextlib
import fcntl
import os
import time
import zlib
from collections.abc import Iterator
from pathlib import Path, PurePosixPath

from workbench.api.errors import WorkbenchError
from workbench.core.files import make_folder
from workbench.core.hosts.messages import (
    EVENTS,
    BrokenTalkError,
    FromThere,
    Held,
    Hollow,
    Piece,
    Removed,
)

HEAD_BYTES = 1024
LOCK = "lock"
_TRIES = 200
_TRY_S = 0.001


def stamp_of_events(path: Path, size: int) -> int:
    """The CRC-32 of the beginning of a file of events that is at least so long."""
    with path.open("rb") as file:
        return zlib.crc32(file.read(min(size, HEAD_BYTES)))


class Mirror:
    """Keeps a copy in the folder ``runs_dir``; one thread at a time may change it."""

    def __init__(self, runs_dir: Path) -> None:
        self.runs_dir = runs_dir
        self._locks: dict[str, int] = {}
        make_folder(runs_dir, "copy of another machine's runs")

    def known(self) -> dict[str, tuple[int, int]]:
        """What is here, as :class:`Begin` has it."""
        found = {}
        for folder, _, names in os.walk(self.runs_dir):
            for name in names:
                if name == LOCK:
                    continue
                path = Path(folder) / name
                state = path.stat()
                is_events = name == EVENTS
                stamp = stamp_of_events(path, state.st_size) if is_events else state.st_mtime_ns
                found[path.relative_to(self.runs_dir).as_posix()] = (state.st_size, stamp)
        return found

    def take(self, message: FromThere, content: bytes) -> None:
        """Do to the copy what was done there. Raises :class:`WorkbenchError`."""
        try:
            match message:
                case Piece():
                    self._write(message, content)
                case Hollow():
                    with self._open(message.path) as descriptor:
                        os.ftruncate(descriptor, 0)
                        os.ftruncate(descriptor, message.size)
                        os.utime(descriptor, ns=(message.mtime_ns, message.mtime_ns))
                case Removed():
                    self._remove(self._path(message.path))
                case Held():
                    self._hold(set(message.paths))
        except OSError as error:
            raise WorkbenchError(
                f"{error.filename or self.runs_dir} can't be written ({error.strerror})."
            ) from None

    def close(self) -> None:
        """Let all locks go; the copy stays for the next time."""
        self._hold(set())

    def _path(self, name: str) -> Path:
        """Where a file of the other machine is here; it may lie nowhere else."""
        parts = PurePosixPath(name).parts
        if not parts or parts[0] == "/" or ".." in parts or "\0" in name:
            raise BrokenTalkError("it named a file outside its run folders")
        return self.runs_dir.joinpath(*parts)

    @contextlib.contextmanager
    def _open(self, name: str) -> Iterator[int]:
        path = self._path(name)
        path.parent.mkdir(parents=True, exist_ok=True)
        descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_NOFOLLOW, 0o600)
        try:
            yield descriptor
        finally:
            os.close(descriptor)

    def _write(self, piece: Piece, content: bytes) -> None:
        path = self._path(piece.path)
        if path.name != EVENTS:
            # Whoever reads it meanwhile has the old one or the new one.
            staged = f"{piece.path}.part"
            with self._open(staged) as descriptor:
                os.ftruncate(descriptor, 0)
                _write_all(descriptor, content, 0)
                os.utime(descriptor, ns=(piece.mtime_ns, piece.mtime_ns))
            self._path(staged).replace(path)
            return
        with self._open(piece.path) as descriptor:
            if os.fstat(descriptor).st_size != piece.offset:
                os.ftruncate(descriptor, piece.offset)
            _write_all(descriptor, content, piece.offset)
            os.utime(descriptor, ns=(piece.mtime_ns, piece.mtime_ns))

    def _remove(self, path: Path) -> None:
        path.unlink(missing_ok=True)
        for folder in path.parents:
            if folder == self.runs_dir:
                return
            lock = folder / LOCK
            if lock.relative_to(self.runs_dir).as_posix() not in self._locks:
                with contextlib.suppress(OSError):
                    if [path.name for path in folder.iterdir()] == [LOCK]:
                        lock.unlink()
            try:
                folder.rmdir()
            except OSError:  # not empty
                return

    def _hold(self, names: set[str]) -> None:
        for name in self._locks.keys() - names:
            os.close(self._locks.pop(name))
        for name in names - self._locks.keys():
            path = self._path(name)
            path.parent.mkdir(parents=True, exist_ok=True)
            descriptor = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
            if _lock(descriptor):
                self._locks[name] = descriptor
            else:
                os.close(descriptor)


def _write_all(descriptor: int, content: bytes, at: int) -> None:
    """A disk that is nearly full takes a part first, and says so only at the next."""
    left = memoryview(content)
    while left:
        written = os.pwrite(descriptor, left, at)
        left, at = left[written:], at + written


def _lock(descriptor: int) -> bool:
    """Take a lock, though a reader may look at it for some microseconds."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(descriptor, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_TRY_S)
        else:
            return True
    return False
