"""The line to the workbench on another machine: kept, taken up again when it breaks."""

import contextlib
import os
import select
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable
from concurrent.futures import Future
from dataclasses import dataclass
from typing import Any, Literal

import msgspec

from workbench import __version__
from workbench.api.errors import UserError, WorkbenchError
from workbench.core.hosts.messages import (
    PROTOCOL,
    Answer,
    Begin,
    BrokenTalkError,
    Call,
    FromHere,
    FromThere,
    Incoming,
    Looked,
    Ping,
    Readings,
    Refused,
    Welcome,
    encode,
)
from workbench.core.hosts.mirror import Mirror
from workbench.core.hosts.ssh import Connection, Host, failure
from workbench.core.text import printable

_PING_S = 5.0
_GREETING_S = 60.0
_READ_BYTES = 1 << 18
_FIRST_WAIT_S = 1.0
_LONGEST_WAIT_S = 30.0
_END_S = 2.0


@dataclass(frozen=True)
class LinkState:
    """How the line is; ``reason`` is a sentence about a line that is lost.

    ``retry_at`` is when it is taken up again, as ``time.monotonic`` counts.
    """

    kind: Literal["connecting", "connected", "lost", "closed"]
    reason: str = ""
    retry_at: float = 0.0


class Link:
    """Reads what the other side tells in a thread of its own; all methods may be called anywhere.

    ``mirror`` makes the copy of the runs that the greeting is about; without one only the
    readings come.
    """

    def __init__(
        self, connection: Connection, mirror: Callable[[Welcome], Mirror] | None = None
    ) -> None:
        self.host: Host = connection.host
        self.state = LinkState("connecting")
        self.welcome: Welcome | None = None
        self.readings: Readings | None = None
        self._connection = connection
        self._make_mirror = mirror
        self.mirror: Mirror | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._writing = threading.Lock()
        self._waiting: dict[int, Future[bytes]] = {}
        self._next_id = 0
        self._changed = threading.Condition()
        self._has_looked = False
        self._error: WorkbenchError | None = None
        self._is_closed = threading.Event()
        self._thread = threading.Thread(target=self._keep, name=self.host.name, daemon=True)

    def start(self) -> None:
        """Connect, and keep connected until :meth:`close`."""
        self._thread.start()

    def wait_for_greeting(self) -> Welcome:
        """Wait for the first answer from there. Raises why there was none."""
        with self._changed:
            self._changed.wait_for(
                lambda: self.welcome or self._error or self._is_closed.is_set(), _GREETING_S
            )
        if self.welcome is not None:
            return self.welcome
        raise self._error or UserError(
            f"{self.host.name} says nothing; does `ssh {self.host.name} true` come to an end?"
        )

    def wait_for_look(self, seconds: float) -> bool:
        """Wait until everything there was told once; whether it was."""
        with self._changed:
            return self._changed.wait_for(lambda: self._has_looked, seconds)

    def wait_for_readings(self, seconds: float) -> Readings | None:
        """The newest readings, or the first that come."""
        with self._changed:
            self._changed.wait_for(lambda: self.readings is not None, seconds)
        return self.readings

    def call(self, function: str, arguments: dict[str, Any]) -> bytes:
        """Call a function there; its result as JSON. Raises :class:`WorkbenchError`."""
        future: Future[bytes] = Future()
        with self._changed:
            if self.state.kind != "connected":
                raise UserError(f"{self.host.name} is not connected; try it again when it is.")
            self._next_id += 1
            number = self._next_id
            self._waiting[number] = future
        raw = {key: msgspec.Raw(msgspec.json.encode(item)) for key, item in arguments.items()}
        self._send(Call(number, function, raw))
        return future.result()

    def close(self) -> None:
        """End the line and its process."""
        self._is_closed.set()
        process = self._process
        if process is not None:
            with contextlib.suppress(OSError):
                process.terminate()
        if self._thread.is_alive() and self._thread is not threading.current_thread():
            self._thread.join(2 * _END_S)
        self._connection.close()
        if self.mirror is not None:
            self.mirror.close()

    def _set(self, state: LinkState) -> None:
        with self._changed:
            self.state = state
            self._changed.notify_all()

    def _keep(self) -> None:
        wait_s = _FIRST_WAIT_S
        while not self._is_closed.is_set():
            began = time.monotonic()
            try:
                error = self._talk()
            except WorkbenchError as caught:
                error = caught
            except OSError as caught:
                error = WorkbenchError(f"{self.host.name} can't be reached ({caught.strerror}).")
            self._fail_waiting()
            if time.monotonic() - began > 2 * _LONGEST_WAIT_S:
                wait_s = _FIRST_WAIT_S
            self._error = error
            self._set(LinkState("lost", str(error), time.monotonic() + wait_s))
            self._is_closed.wait(wait_s)
            wait_s = min(2 * wait_s, _LONGEST_WAIT_S)
        self._set(LinkState("closed"))

    def _talk(self) -> WorkbenchError:
        """Connect and take in what comes until it ends; why it ended."""
        with tempfile.TemporaryFile() as errors:
            process = subprocess.Popen(
                self._connection.command("serve"),
                stdin=subprocess.PIPE,
                stdout=subprocess.PIPE,
                stderr=errors,
                start_new_session=True,  # a Ctrl+C in the terminal is for the interface
            )
            self._process = process
            try:
                self._take_all(process)
            except BrokenTalkError as error:
                name = self.host.name
                return WorkbenchError(f"What {name} says is no workbench's word: {error}.")
            finally:
                status = _end(process)
                self._process = None
            errors.seek(0)
            return failure(self.host, status, errors.read().decode(errors="replace"))

    def _take_all(self, process: subprocess.Popen[bytes]) -> None:
        assert process.stdout is not None
        incoming, source = Incoming(), process.stdout.fileno()
        pinged = time.monotonic()
        while not self._is_closed.is_set():
            if select.select([source], [], [], _PING_S)[0]:
                data = os.read(source, _READ_BYTES)
                if not data:
                    return
                for message, content in incoming.feed(data):
                    self._take(message, content)
            if self.state.kind == "connected" and time.monotonic() - pinged > _PING_S:
                pinged = time.monotonic()
                self._send(Ping())

    def _take(self, message: FromThere, content: bytes) -> None:
        match message:
            case Welcome():
                self._greet(message)
            case Answer(id=number, value=value):
                if (future := self._waiting.pop(number, None)) is not None:
                    future.set_result(bytes(value))
            case Refused(id=number, message=text, exit_code=code):
                if (future := self._waiting.pop(number, None)) is not None:
                    kind = UserError if code == UserError.exit_code else WorkbenchError
                    future.set_exception(kind(printable(text)))
            case Readings() | Looked():
                with self._changed:
                    if isinstance(message, Readings):
                        self.readings = message
                    else:
                        self._has_looked = True
                    self._changed.notify_all()
            case _:
                if self.mirror is not None:
                    self.mirror.take(message, content)

    def _greet(self, welcome: Welcome) -> None:
        version = printable(welcome.version)
        if welcome.protocol != PROTOCOL:
            age = "older" if welcome.protocol < PROTOCOL else "newer"
            where = f"there ({version})" if age == "older" else f"here ({__version__})"
            raise UserError(
                f"The workbench on {self.host.name} is {age} than this one: update it {where}."
            )
        if self._make_mirror is not None and self.mirror is None:
            self.mirror = self._make_mirror(welcome)
        known = self.mirror.known() if self.mirror is not None else {}
        with self._changed:
            self.welcome = welcome
        self._send(Begin(self.mirror is not None, known))
        self._set(LinkState("connected"))

    def _send(self, message: FromHere) -> None:
        process = self._process
        if process is None or process.stdin is None:
            self._fail_waiting()
            return
        data = encode(message)
        # The reader sees that the line ended; it may have closed the file by now.
        with self._writing, contextlib.suppress(OSError, ValueError):
            process.stdin.write(data)
            process.stdin.flush()

    def _fail_waiting(self) -> None:
        for number in list(self._waiting):
            if (future := self._waiting.pop(number, None)) is not None:
                future.set_exception(
                    WorkbenchError(
                        f"The connection to {self.host.name} broke before it answered; look "
                        "whether it was done before you ask again."
                    )
                )


def _end(process: subprocess.Popen[bytes]) -> int:
    """The exit status of a process whose output ended, or that is to end."""
    if process.stdin is not None:
        with contextlib.suppress(OSError):
            process.stdin.close()
    try:
        status = process.wait(_END_S)
    except subprocess.TimeoutExpired:
        process.kill()
        status = process.wait()
    if process.stdout is not None:
        process.stdout.close()
    return status
