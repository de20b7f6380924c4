"""Some events of a file that takes long to read whole."""

import os
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import BinaryIO

from workbench.api.events import Event
from workbench.core.runs.events import decode_block
from workbench.core.runs.folder import RunFolder

_PLACES = 512
_PLACE_BYTES = 16 * 1024


@dataclass(frozen=True)
class Skimmed:
    """The ``first`` and the ``last`` events of a run, a few of each place ``between``, all tests.

    The tests are those after an epoch.
    """

    first: list[Event]
    last: list[Event]
    between: list[list[Event]] = field(default_factory=list)
    tests: list[Event] = field(default_factory=list)


def skim_ends(run: RunFolder, limit: int) -> Skimmed | None:
    """The events in the first and in the last ``limit`` bytes of a run's file.

    ``None`` for a file that is read whole as fast.
    """
    try:
        with run.events.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            if size <= 4 * limit:
                return None
            first = _whole_lines(file, 0, limit)
            return Skimmed(
                decode_block(first), decode_block(_whole_lines(file, size - limit, limit))
            )
    except OSError:
        return None


def skim_between(run: RunFolder) -> list[list[Event]]:
    """The events in some KiB at each of several hundred places from start to end.

    There are more places than a chart has columns, so that each column has some of its own.
    Empty for a file that is read whole about as fast.
    """
    try:
        with run.events.open("rb") as file:
            size = os.fstat(file.fileno()).st_size
            return list(_places(file, size)) if size > 4 * _PLACES * _PLACE_BYTES else []
    except OSError:
        return []


def _places(file: BinaryIO, size: int) -> Iterator[list[Event]]:
    for place in range(_PLACES):
        yield decode_block(_whole_lines(file, size * place // _PLACES, _PLACE_BYTES))


def _whole_lines(file: BinaryIO, start: int, limit: int) -> bytes:
    file.seek(start)
    content = file.read(limit)
    begin = content.find(b"\n") + 1 if start else 0
    return content[begin : content.rfind(b"\n") + 1]
