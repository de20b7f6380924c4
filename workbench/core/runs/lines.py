"""Following a file of lines that another process appends to."""

import errno
import os
from collections.abc import Iterator
from pathlib import Path

_BLOCK_BYTES = 1024 * 1024


class LineReader:
    """Reads the lines that were completed since the last read."""

    def __init__(self, path: Path, offset: int = 0) -> None:
        self._path = path
        self._position = offset

    def read(self) -> list[bytes]:
        """The new whole lines, without their ends; a line still being written stays for later."""
        whole = self.read_block()
        return whole[:-1].split(b"\n") if whole else []

    def read_block(self, limit: int = -1) -> bytes:
        """The new whole lines in one piece, each with its end.

        With a ``limit`` in bytes no more than that are read at once, but one line at least.
        """
        try:
            if self._path.stat().st_size <= self._position:
                return b""
            with self._path.open("rb") as file:
                file.seek(self._position)
                content = file.read(limit)
                if limit > 0 and b"\n" not in content:
                    content += file.readline()
        except FileNotFoundError:
            return b""
        # What is not whole is read again later: a writer may still take it back.
        whole = content[: content.rfind(b"\n") + 1]
        self._position += len(whole)
        return whole


def find_lines(path: Path, *starts: bytes) -> Iterator[bytes]:
    """The whole lines that begin with one of the ``starts``, in order, without their ends.

    The others are passed over a block at a time: going through each of a million takes longer.
    """
    yield from find_new_lines(LineReader(path), *starts)


def find_new_lines(reader: LineReader, *starts: bytes) -> Iterator[bytes]:
    """Of the lines since the last read those that begin with one of the ``starts``."""
    while block := reader.read_block(_BLOCK_BYTES):
        for at in sorted(at for start in starts for at in _begins(block, start)):
            yield block[at : block.index(b"\n", at)]


def _begins(block: bytes, start: bytes) -> Iterator[int]:
    at = block.find(start)
    while at >= 0:
        if at == 0 or block[at - 1 : at] == b"\n":
            yield at
        at = block.find(start, at + len(start))


def append_line(descriptor: int, line: bytes) -> None:
    """Append one line in one write, so that the lines of several writers never mix.

    The descriptor is open for appending. Raises ``OSError``, also for a disk that took only
    a part of the line, which is then taken back.
    """
    content = line + b"\n"
    written = os.write(descriptor, content)
    if written != len(content):
        end = os.lseek(descriptor, 0, os.SEEK_CUR)
        if os.fstat(descriptor).st_size == end:  # nobody wrote after it
            os.ftruncate(descriptor, end - written)
        raise OSError(errno.ENOSPC, os.strerror(errno.ENOSPC))


def end_torn_line(path: Path) -> None:
    """End a last line that a crash left unfinished, so that the next one begins anew."""
    if not path.exists() or path.stat().st_size == 0:
        return
    with path.open("rb+") as file:
        file.seek(-1, os.SEEK_END)
        if file.read(1) != b"\n":
            file.write(b"\n")
