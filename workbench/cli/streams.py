"""Standard input, output and error, of which each may be closed or fail."""

import fcntl
import io
import os
import sys
from pathlib import Path
from typing import IO


def open_closed_streams() -> None:
    """Give each stream that can't be used nothing to read, or a place where nothing is kept.

    Such a command does its work all the same, and its files don't take the stream's number.
    """
    for name, unusable in (
        ("stdin", os.O_WRONLY),
        ("stdout", os.O_RDONLY),
        ("stderr", os.O_RDONLY),
    ):
        if not _is_usable(getattr(sys, name), unusable):
            mode = "r" if name == "stdin" else "w"
            setattr(sys, name, Path(os.devnull).open(mode))  # noqa: SIM115  until the end


def _is_usable(stream: IO[str] | None, unusable: int) -> bool:
    if stream is None:
        return False
    try:
        flags = fcntl.fcntl(stream.fileno(), fcntl.F_GETFL)
    except io.UnsupportedOperation:
        return True  # one of Python's own, without a file
    except OSError:
        return False
    # A program that starts us without the stream may have opened another file in its place.
    return flags & os.O_ACCMODE != unusable


def silence(stream: IO[str]) -> None:
    """Let what is still written to a standard stream go nowhere."""
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, stream.fileno())
    os.close(nowhere)
