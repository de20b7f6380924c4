"""Reading the runs in a thread, again and again, without taking much of the processor."""

from __future__ import annotations

import time
from collections.abc import Callable
from typing import TYPE_CHECKING

from textual.worker import get_current_worker

from workbench.api.errors import WorkbenchError
from workbench.tui.screens.runs.reading import RunsRead, RunsReader

if TYPE_CHECKING:
    from workbench.tui.screens.place import PlaceScreen

REFRESH_S = 0.5
_REST_S = 1.0
_REST_SHARE = 50
"""Between two readings it rests at least so many times as long as the last one took."""


class RunsWatch:
    """Calls back on the screen with what was read; one reading at a time."""

    def __init__(
        self, screen: PlaceScreen, reader: RunsReader, take: Callable[[RunsRead], None]
    ) -> None:
        self._screen = screen
        self._reader = reader
        self._take = take
        self._wants_again = False
        self._rests_until = 0.0
        self._complaint = ""
        self.is_reading = False

    def read_now(self) -> None:
        """Read at once, or as soon as the reading at work has ended."""
        self._rests_until = 0.0
        self._wants_again = self.is_reading
        self.read()

    def read(self) -> None:
        """Read unless it is time to rest, or nobody looks."""
        if self.is_reading or time.monotonic() < self._rests_until or not self._screen.is_current:
            return
        self.is_reading = True
        self._screen.app.run_worker(
            self._work, thread=True, group="runs-reading", exit_on_error=False
        )

    def _work(self) -> None:
        app, worker, began = self._screen.app, get_current_worker(), time.monotonic()
        complaint = ""
        try:
            for read in self._reader.read():
                if worker.is_cancelled:
                    return
                app.call_later(self._take, read)
        except (OSError, WorkbenchError) as error:
            complaint = str(error)
        finally:
            app.call_later(self._ended, time.monotonic() - began, complaint)

    def _ended(self, took_s: float, complaint: str) -> None:
        self.is_reading = False
        self._rests_until = time.monotonic() + max(_REST_S, _REST_SHARE * took_s)
        if complaint and complaint != self._complaint:  # said once, not with each reading
            self._screen.complain(complaint)
        self._complaint = complaint
        if self._wants_again:
            self.read_now()
