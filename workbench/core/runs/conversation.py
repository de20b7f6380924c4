"""Asking a run's worker for something and waiting for its answer."""

import time
from collections.abc import Iterator
from typing import TypeVar

from workbench.api.commands import Command
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import CommandReceived, Event, EventBase
from workbench.core.runs.commands import send_command
from workbench.core.runs.events import EventReader
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive

POLL_S = 0.03
_EXIT_S = 10.0
_E = TypeVar("_E", bound=EventBase)


class WorkerEndedError(WorkbenchError):
    """The worker ended before it answered."""


class Conversation:
    """Commands to a live run's worker, and its events from the first of them on."""

    def __init__(self, run: RunFolder) -> None:
        self._run = run
        self._reader = EventReader.from_now_on(run)
        self._events: list[Event] = []

    def ask(self, command: Command) -> list[Event]:
        """Send a command and wait until the worker has taken it; what happened until then.

        Raises :class:`UserError` with the worker's reason if it refuses, and
        :class:`WorkerEndedError`.
        """
        place = send_command(self._run, command)
        happened: list[Event] = []
        for event in self._new_events():
            happened.append(event)
            if isinstance(event, CommandReceived) and event.offset >= place:
                if event.command != type(command).__name__:
                    continue
                if event.problem:
                    raise UserError(event.problem)
                return happened
        raise self._ended()

    def wait_for(self, kind: type[_E]) -> _E:
        """The next event of a kind. Raises :class:`WorkerEndedError`."""
        for event in self._new_events():
            if isinstance(event, kind):
                return event
        raise self._ended()

    def wait_for_exit(self) -> None:
        """Wait until the worker holds the run's lock no longer, for some seconds at most."""
        deadline = time.monotonic() + _EXIT_S
        while is_alive(self._run) and time.monotonic() < deadline:
            time.sleep(POLL_S)

    def _new_events(self) -> Iterator[Event]:
        while True:
            # Asked before reading, so that nothing written before the end is missed.
            is_there = is_alive(self._run)
            self._events.extend(self._reader.read())
            while self._events:
                yield self._events.pop(0)
            if not is_there:
                return
            time.sleep(POLL_S)

    def _ended(self) -> WorkerEndedError:
        return WorkerEndedError(
            f"The worker of {self._run.name} ended before it answered; see "
            f"`workbench status {self._run.name}`."
        )
