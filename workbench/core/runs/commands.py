"""Sending commands to a run's worker, and reading them there."""

import getpass
import math
import os
import socket
import time

import msgspec

from workbench.api.commands import Command, SetLearningRate
from workbench.api.errors import UserError, WorkbenchError
from workbench.core.hosts.calls import done_there
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lines import LineReader, append_line
from workbench.core.runs.lock import is_alive

_decoder: msgspec.json.Decoder[Command] = msgspec.json.Decoder(Command)


@done_there
def send_command(run: RunFolder, command: Command) -> int:
    """Append a command to a live run; returns the place in ``commands.jsonl`` after it.

    The worker's :class:`~workbench.api.events.CommandReceived` has this place. Raises
    :class:`UserError` if no worker is there to read it.
    """
    if not is_alive(run):
        raise UserError(
            f"The run {run.name} has no worker at the moment; start one with "
            f"`workbench resume {run.name}`."
        )
    return append_command(run, command)


@done_there
def append_command(run: RunFolder, command: Command) -> int:
    """Append a command, also for a worker that is yet to come; returns as ``send_command``.

    Raises :class:`UserError` for a learning rate that JSON has no number for, and
    :class:`WorkbenchError` if it can't be written.
    """
    if isinstance(command, SetLearningRate) and not math.isfinite(command.learning_rate):
        rate = command.learning_rate
        raise UserError(f"A learning rate must be a finite number above 0, but is {rate}.")
    stamped = msgspec.structs.replace(command, time=time.time(), sender=_sender())
    try:
        descriptor = os.open(run.commands, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o644)
        try:
            append_line(descriptor, msgspec.json.encode(stamped))
            return os.lseek(descriptor, 0, os.SEEK_CUR)
        finally:
            os.close(descriptor)
    except OSError as error:
        raise WorkbenchError(f"{run.commands} can't be written ({error.strerror}).") from None


def end_of_commands(run: RunFolder) -> int:
    """The place in ``commands.jsonl`` after all commands so far."""
    try:
        return run.commands.stat().st_size
    except FileNotFoundError:
        return 0


def _sender() -> str:
    try:
        user = getpass.getuser()
    except (KeyError, OSError):
        user = str(os.getuid())
    return f"{user}@{socket.gethostname()}"


class CommandReader:
    """Reads the commands that came since the last read, in the worker."""

    def __init__(self, run: RunFolder, offset: int = 0) -> None:
        self._lines = LineReader(run.commands, offset)
        self._offset = offset

    def read(self) -> list[tuple[Command | str, int]]:
        """The new commands, each with the place in ``commands.jsonl`` after it.

        A line that is no command comes as the reason why.
        """
        found = []
        for line in self._lines.read():
            self._offset += len(line) + 1
            found.append((_decode(line), self._offset))
        return found


def _decode(line: bytes) -> Command | str:
    try:
        return _decoder.decode(line)
    except msgspec.MsgspecError as error:
        return f"a line of commands.jsonl is no command: {error}"
