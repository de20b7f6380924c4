"""What an interface and the ``workbench serve`` on another machine say to each other.

A message is a line of JSON; a :class:`Piece` is followed by as many bytes as it says. Paths
are relative to the folder of the runs, with ``/`` between their parts.
"""

from collections.abc import Iterator

import msgspec

from workbench.api.errors import WorkbenchError
from workbench.core.devices import DeviceSnapshot
from workbench.core.devices.workload import Workload

PROTOCOL = 1
EVENTS = "events.jsonl"
LARGEST_FILE = 8 * 2**20
"""A small file that is larger is not copied."""
_LONGEST_LINE = 64 * 2**20
_GREETING = b'{"type":"Welcome"'
_NOISE = 2**20
"""A login shell may say so much before the first message."""


class Welcome(msgspec.Struct, frozen=True, tag=True):
    """The first message from there: which workbench it is, and where its folders are."""

    protocol: int
    version: str
    host: str
    runs_dir: str
    data_dir: str


class Piece(msgspec.Struct, frozen=True, tag=True):
    """``size`` bytes of a file from ``offset`` on; the file ends after them."""

    path: str
    offset: int
    size: int
    mtime_ns: int


class Hollow(msgspec.Struct, frozen=True, tag=True):
    """A file of ``size`` bytes whose content stays there."""

    path: str
    size: int
    mtime_ns: int


class Removed(msgspec.Struct, frozen=True, tag=True):
    """A file that is there no more."""

    path: str


class Held(msgspec.Struct, frozen=True, tag=True):
    """All locks that are held there now."""

    paths: tuple[str, ...]


class Looked(msgspec.Struct, frozen=True, tag=True):
    """Everything that is there was sent."""


class LiveRun(msgspec.Struct, frozen=True, tag=True):
    """A live run in short; ``epoch`` counts from 0, ``accuracy`` is from 0 to 1."""

    name: str
    title: str
    state: str
    epoch: int
    epochs: int
    accuracy: float | None


class Readings(msgspec.Struct, frozen=True, tag=True):
    """The devices there and what the live runs take of them."""

    devices: DeviceSnapshot
    workload: Workload
    runs: tuple[LiveRun, ...] = ()


class Answer(msgspec.Struct, frozen=True, tag=True):
    """What a called function returned."""

    id: int
    value: msgspec.Raw


class Refused(msgspec.Struct, frozen=True, tag=True):
    """The sentence that a called function raised; ``exit_code`` is 2 where a person can mend it."""

    id: int
    message: str
    exit_code: int


FromThere = Welcome | Piece | Hollow | Removed | Held | Looked | Readings | Answer | Refused


class Begin(msgspec.Struct, frozen=True, tag=True):
    """What the interface wants: copies of the runs' small files, or the live runs in short.

    ``known`` has the size of each file that is here already, and its time of change; for the
    events it is the CRC-32 of their beginning instead.
    """

    copies: bool
    known: dict[str, tuple[int, int]] = {}


class Call(msgspec.Struct, frozen=True, tag=True):
    """Call a function of the core there."""

    id: int
    function: str
    arguments: dict[str, msgspec.Raw]


class Ping(msgspec.Struct, frozen=True, tag=True):
    """The interface is still there."""


FromHere = Begin | Call | Ping

_encoder = msgspec.json.Encoder()
_from_there: msgspec.json.Decoder[FromThere] = msgspec.json.Decoder(FromThere)
_from_here: msgspec.json.Decoder[FromHere] = msgspec.json.Decoder(FromHere)


class BrokenTalkError(WorkbenchError):
    """What came is no message of the other side."""


def encode(message: FromThere | FromHere, content: bytes = b"") -> bytes:
    """A message as bytes, with a piece's content."""
    return _encoder.encode(message) + b"\n" + content


def decode_from_here(line: bytes) -> FromHere:
    """A message of the interface. Raises :class:`BrokenTalkError`."""
    try:
        return _from_here.decode(line)
    except msgspec.MsgspecError as error:
        raise BrokenTalkError(f"The interface said what is no message: {error}.") from None


class Incoming:
    """Puts the messages from there together out of the bytes that come."""

    def __init__(self) -> None:
        self._buffer = bytearray()
        self._piece: Piece | None = None
        self._is_greeted = False
        self._noise = 0

    def feed(self, data: bytes) -> Iterator[tuple[FromThere, bytes]]:
        """The messages that are whole now, each with a piece's content.

        What a login shell printed before the greeting is passed over. Raises
        :class:`BrokenTalkError`.
        """
        self._buffer += data
        while True:
            piece = self._piece
            if piece is not None:
                if len(self._buffer) < piece.size:
                    return
                content = bytes(self._buffer[: piece.size])
                del self._buffer[: piece.size]
                self._piece = None
                yield piece, content
                continue
            end = self._buffer.find(b"\n")
            if end < 0:
                if len(self._buffer) > _LONGEST_LINE:
                    raise BrokenTalkError("it sent a line without an end")
                return
            line = bytes(self._buffer[:end])
            del self._buffer[: end + 1]
            message = self._decode(line)
            if isinstance(message, Piece):
                self._piece = message
            elif message is not None:
                yield message, b""

    def _decode(self, line: bytes) -> FromThere | None:
        if not self._is_greeted:
            if not line.startswith(_GREETING):
                self._noise += len(line)
                if self._noise > _NOISE:
                    raise BrokenTalkError("it says other things than a workbench")
                return None
            self._is_greeted = True
        try:
            message = _from_there.decode(line)
        except msgspec.MsgspecError as error:
            raise BrokenTalkError(f"it sent what is no message ({error})") from None
        if isinstance(message, Piece) and not 0 <= message.size <= LARGEST_FILE:
            raise BrokenTalkError("it sent a file that is too large")
        return message
