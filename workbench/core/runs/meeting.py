"""How the machines of a run on several find each other."""

import contextlib
import socket
import time
from collections.abc import Callable, Iterator
from pathlib import Path

import filelock
import msgspec
import psutil

from workbench.api.errors import UserError
from workbench.core.files import make_folder, write_atomic
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive
from workbench.core.runs.nodes import Node

_POLL_S = 0.2
_WAIT_S = 600.0
# A worker holds its run's lock long before; a meeting without one was given up.
_STARTING_S = 15.0


class _Meeting(msgspec.Struct, frozen=True):
    """The run that is being started at a rendezvous, and how many machines are there."""

    run: str
    nodes: int
    joined: int
    began: float


def check_rendezvous(rendezvous: str) -> None:
    """Raise :class:`UserError` unless it is ``HOST:PORT``."""
    host, _, port = rendezvous.rpartition(":")
    if not (host and port.isdecimal() and 0 < int(port) < 2**16):
        raise UserError(
            f'"{rendezvous}" is not HOST:PORT; name the first machine and a free port of it, '
            "such as box1:29400."
        )


def meet(
    runs_dir: Path, rendezvous: str, nodes: int, make_run: Callable[[], RunFolder]
) -> tuple[RunFolder, Node]:
    """The run that all machines of a rendezvous train, and this one's number among them.

    The machine that the rendezvous names makes the run; the others wait for it. They all see
    ``runs_dir``, on a shared file system. Raises :class:`UserError`.
    """
    check_rendezvous(rendezvous)
    place = _Place(runs_dir, rendezvous)
    is_first = _is_here(rendezvous.rpartition(":")[0])
    deadline = time.monotonic() + _WAIT_S
    while time.monotonic() < deadline:
        with place.alone():
            meeting = place.open_meeting()
            if meeting is not None:
                return place.join(meeting, nodes), Node(nodes, meeting.joined, rendezvous)
            if is_first:
                return place.begin(make_run(), nodes), Node(nodes, 0, rendezvous)
        time.sleep(_POLL_S)
    raise UserError(
        f"Nobody began a run at {rendezvous} within {_WAIT_S / 60:.0f} minutes; start the same "
        f"command on that machine, with the same runs folder ({runs_dir})."
    )


class _Place:
    """The files of one rendezvous in the runs folder."""

    def __init__(self, runs_dir: Path, rendezvous: str) -> None:
        self._runs_dir = runs_dir
        self._path = runs_dir / ".rendezvous" / rendezvous.replace(":", "-")
        make_folder(self._path.parent, "folder of the rendezvous")

    @contextlib.contextmanager
    def alone(self) -> Iterator[None]:
        """Let no other machine in meanwhile."""
        with filelock.FileLock(f"{self._path}.lock"):
            yield

    def open_meeting(self) -> _Meeting | None:
        """The meeting that still waits for machines."""
        try:
            meeting = msgspec.json.decode(self._path.read_bytes(), type=_Meeting)
        except (OSError, msgspec.MsgspecError):
            return None
        is_begun = time.time() - meeting.began < _STARTING_S or is_alive(self._run(meeting))
        return meeting if is_begun and meeting.joined < meeting.nodes else None

    def begin(self, run: RunFolder, nodes: int) -> RunFolder:
        """Be the first."""
        self._write(_Meeting(run.name, nodes, 1, time.time()))
        return run

    def join(self, meeting: _Meeting, nodes: int) -> RunFolder:
        """Be the next. Raises :class:`UserError` if the others expect another number."""
        if meeting.nodes != nodes:
            raise UserError(
                f"The run {meeting.run} is for {meeting.nodes} machines; give --nnodes "
                f"{meeting.nodes} on each."
            )
        self._write(msgspec.structs.replace(meeting, joined=meeting.joined + 1))
        return self._run(meeting)

    def _write(self, meeting: _Meeting) -> None:
        write_atomic(self._path, msgspec.json.encode(meeting))

    def _run(self, meeting: _Meeting) -> RunFolder:
        return RunFolder(self._runs_dir / meeting.run)


def _is_here(host: str) -> bool:
    """Whether a name or an address is this machine's. Raises :class:`UserError`."""
    try:
        wanted = {item[4][0] for item in socket.getaddrinfo(host, None)}
    except OSError as error:
        raise UserError(f"The machine {host} can't be found ({error}); give its address.") from None
    own = {
        address.address.partition("%")[0]
        for addresses in psutil.net_if_addrs().values()
        for address in addresses
    }
    return bool(wanted & own)
