"""The other side of ``--host``: tells an interface elsewhere of the runs here, and obeys it.

It speaks over its standard input and output, and ends with them.
"""

import os
import queue
import select
import socket
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import msgspec

from workbench import __version__
from workbench.api.errors import WorkbenchError
from workbench.core.hosts.calls import answer
from workbench.core.hosts.glancing import Glancer
from workbench.core.hosts.messages import (
    PROTOCOL,
    Answer,
    Begin,
    Call,
    FromThere,
    Refused,
    Welcome,
    decode_from_here,
    encode,
)
from workbench.core.hosts.scout import Scout, Sent

_TICK_S = 0.08
_READINGS_S = 1.0
_SLICE_S = 0.05
_LOOK_S = 1.0
_LOOK_SHARE = 20
"""Between two looks it rests at least this many times as long as the last one took."""
_SILENCE_S = 60.0
"""An interface says something every few seconds; one that doesn't is gone."""


class Server:
    """Answers one interface until it is gone."""

    def __init__(self, runs_dir: Path, data_dir: Path, source: int, target: int) -> None:
        self._runs_dir = runs_dir
        self._data_dir = data_dir
        self._source = source
        self._target = target
        self._buffer = b""
        self._scout: Scout | None = None
        self._glancer = Glancer(runs_dir)
        self._has_begun = False
        self._look: Iterator[Sent] | None = None
        self._has_looked = False
        self._look_due = 0.0
        self._readings_due = 0.0
        self._done: queue.SimpleQueue[Answer | Refused] = queue.SimpleQueue()
        self._heard_at = time.monotonic()

    def run(self) -> None:
        """Serve until the input ends."""
        threading.Thread(target=self._end_in_silence, daemon=True).start()
        self._say(
            Welcome(
                protocol=PROTOCOL,
                version=__version__,
                host=socket.gethostname(),
                runs_dir=str(self._runs_dir),
                data_dir=str(self._data_dir),
            )
        )
        while self._listen(0.0 if self._look is not None else _TICK_S):
            if not self._has_begun:
                continue
            self._answer()
            if self._scout is not None:
                self._send(self._scout.follow())
                self._go_on_looking()
            if time.monotonic() >= self._readings_due:
                self._readings_due = time.monotonic() + _READINGS_S
                self._say(self._glancer.read(with_runs=self._scout is None))

    def _end_in_silence(self) -> None:
        while time.monotonic() - self._heard_at < _SILENCE_S:
            time.sleep(1)
        # Even where a dead connection holds up what is being written.
        os._exit(0)

    def _listen(self, wait_s: float) -> bool:
        """Take in what the interface said; False when it is gone."""
        if not select.select([self._source], [], [], wait_s)[0]:
            return True
        data = os.read(self._source, 1 << 16)
        if not data:
            return False
        self._heard_at = time.monotonic()
        *lines, self._buffer = (self._buffer + data).split(b"\n")
        for line in lines:
            self._obey(line)
        return True

    def _obey(self, line: bytes) -> None:
        match decode_from_here(line):
            case Begin(copies=copies, known=known):
                self._has_begun = True
                self._scout = Scout(self._runs_dir, known) if copies else None
            case Call() as call:
                threading.Thread(target=self._call, args=(call,), daemon=True).start()

    def _call(self, call: Call) -> None:
        try:
            value = msgspec.Raw(answer(call.function, call.arguments))
        except WorkbenchError as error:
            self._done.put(Refused(call.id, str(error), error.exit_code))
        except Exception as error:
            self._done.put(Refused(call.id, f"{type(error).__name__}: {error}", 1))
        else:
            self._done.put(Answer(call.id, value))

    def _answer(self) -> None:
        """Say what calls returned, after what they changed."""
        answers = []
        while not self._done.empty():
            answers.append(self._done.get())
        if answers and self._scout is not None and self._has_looked:
            self._send(self._look or iter(()))
            self._look = None
            self._send(self._scout.look())
        for item in answers:
            self._say(item)

    def _go_on_looking(self) -> None:
        assert self._scout is not None
        began = time.monotonic()
        if self._look is None:
            if began < self._look_due:
                return
            self._look = self._scout.look()
        for message, content in self._look:
            self._say(message, content)
            # In slices, so that a long first look holds up neither live runs nor answers.
            if time.monotonic() - began > _SLICE_S:
                return
        now = time.monotonic()
        self._look, self._has_looked = None, True
        self._look_due = now + max(_LOOK_S, _LOOK_SHARE * (now - began))

    def _send(self, messages: Iterator[Sent]) -> None:
        for message, content in messages:
            self._say(message, content)

    def _say(self, message: FromThere, content: bytes = b"") -> None:
        data = memoryview(encode(message, content))
        while data:
            data = data[os.write(self._target, data) :]


def serve(runs_dir: Path, data_dir: Path) -> None:
    """Serve on the standard input and output of this process."""
    target = os.dup(1)
    os.dup2(2, 1)  # what anything here prints must not come between the messages
    try:
        Server(runs_dir, data_dir, sys.stdin.fileno(), target).run()
    except BrokenPipeError:
        return
