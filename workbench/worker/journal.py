"""Where a worker's events go: the file, the log and the followers."""

import contextlib
import sys

from workbench.api.events import Event, EventBase, WarningRaised, log_lines
from workbench.core.runs import EventWriter, RunFolder
from workbench.worker.disk import Reserve
from workbench.worker.followers import Followers


class Journal:
    """Writes each event, prints its lines into ``worker.log``, and tells the followers."""

    def __init__(self, run: RunFolder, writer: EventWriter, reserve: Reserve) -> None:
        self._run = run
        self._reserve = reserve
        self._writer = writer
        self._followers: Followers | None = None

    def follow(self, followers: Followers) -> None:
        """Tell these followers of each event from now on."""
        self._followers = followers

    def add(self, event: Event) -> None:
        """Write the event. Raises ``OSError``, for example when the disk is full."""
        self._write(event)
        self._tell_problems()

    def _write(self, event: Event) -> None:
        stamped: EventBase = self._writer.write(event)
        for line in log_lines(event):
            print(line)
        sys.stdout.flush()
        if self._followers is not None:
            self._followers.tell(stamped)  # type: ignore[arg-type]

    def _tell_problems(self) -> None:
        """Warn of what went wrong with the followers, which know of it at any time."""
        for problem in self._followers.problems() if self._followers is not None else ():
            self._write(WarningRaised(message=problem))

    def catch_up(self) -> None:
        """Go on after the events that another process has written meanwhile."""
        self._writer.catch_up()

    def free_reserve(self) -> None:
        """Make room for the closing event of a run whose disk is full."""
        self._reserve.free()

    def sync(self) -> None:
        """Make what was written outlast a power loss."""
        self._writer.sync()

    def close(self) -> None:
        """Let the followers finish, and close the file."""
        if self._followers is not None:
            self._followers.close()
            with contextlib.suppress(OSError):
                self._tell_problems()
        self._writer.close()
        self._reserve.free()
