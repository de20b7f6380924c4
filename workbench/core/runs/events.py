"""Writing and reading a run's events."""

import os
import time
from collections import deque
from collections.abc import Iterator
from typing import TypeVar

import msgspec

from workbench.api.events import Event, EventBase
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lines import LineReader, append_line, end_torn_line, find_lines

_decoder: msgspec.json.Decoder[Event] = msgspec.json.Decoder(Event)
_encoder = msgspec.json.Encoder()
_BLOCK_BYTES = 256 * 1024
_E = TypeVar("_E", bound=EventBase)


class EventWriter:
    """Appends to ``events.jsonl``; only the worker that holds the run's lock has one.

    Of a run with several ranks that is rank 0, as long as there are any.
    """

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._next = 0
        self.catch_up()
        self._descriptor = os.open(run.events, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)

    def catch_up(self) -> None:
        """Go on after what another process has written meanwhile."""
        end_torn_line(self._run.events)
        last = deque(stream_events(self._run), maxlen=1)
        self._next = last[0].seq + 1 if last else 0

    def write(self, event: _E) -> _E:
        """Append the event with its number and time, and return it so. Raises ``OSError``."""
        stamped = msgspec.structs.replace(event, seq=self._next, time=time.time())
        append_line(self._descriptor, _encoder.encode(stamped))
        self._next += 1
        return stamped

    def sync(self) -> None:
        """Make what was written outlast a power loss."""
        os.fsync(self._descriptor)

    def close(self) -> None:
        """Write no more."""
        self.sync()
        os.close(self._descriptor)


class EventReader:
    """Follows a run's events, from the first one on unless told otherwise."""

    def __init__(self, run: RunFolder, offset: int = 0) -> None:
        self._lines = LineReader(run.events, offset)

    @classmethod
    def from_now_on(cls, run: RunFolder) -> "EventReader":
        """One that skips what is written already."""
        return cls(run, run.events.stat().st_size if run.events.exists() else 0)

    def read(self) -> list[Event]:
        """The events since the last read. A line that is no event (torn by a crash) is skipped."""
        return decode_block(self._lines.read_block())

    def blocks(self) -> Iterator[list[Event]]:
        """The events since the last read, some thousands at a time: a long run has a million."""
        while block := self._lines.read_block(_BLOCK_BYTES):
            yield decode_block(block)


def decode_block(block: bytes) -> list[Event]:
    """The events of whole lines; one that is no event is skipped."""
    try:
        return _decoder.decode_lines(block)
    except msgspec.MsgspecError:
        return [event for line in block.split(b"\n") if (event := decode_event(line))]


def decode_event(line: bytes) -> Event | None:
    """The event of a line, or ``None`` if it is none."""
    try:
        return _decoder.decode(line)
    except msgspec.MsgspecError:
        return None


def read_events(run: RunFolder) -> list[Event]:
    """All events of a run so far."""
    return EventReader(run).read()


def stream_events(run: RunFolder) -> Iterator[Event]:
    """All events of a run so far, of which only some are in memory at a time."""
    for events in EventReader(run).blocks():
        yield from events


def events_of(run: RunFolder, *kinds: type[_E]) -> Iterator[_E]:
    """The events of some kinds so far: no other is decoded, which is most of the time."""
    for line in find_lines(run.events, *map(line_start, kinds)):
        event = decode_event(line)
        if isinstance(event, kinds):
            yield event


def line_start(kind: type[EventBase]) -> bytes:
    """How the line of each event of this kind begins, and no other."""
    return f'{{"type":"{kind.__name__}"'.encode()
