"""Reading again and again while a screen is in front, never twice at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from workbench.api.errors import WorkbenchError

if TYPE_CHECKING:
    from workbench.tui.screens.place import PlaceScreen

_TICK_S = 0.5
_REST_S = 1.0
_REST_SHARE = 20
"""Between two readings it rests at least this many times as long as the last one took."""

Step = tuple[Callable[[], Any], Callable[[Any], None]]
"""What reads, in a thread, and what takes the result, on the screen."""


class Repeating:
    """Does its steps one after the other; each result is shown as soon as it is there."""

    def __init__(self, screen: PlaceScreen, steps: Sequence[Step]) -> None:
        self._screen = screen
        self._steps = steps
        self._is_reading = False
        self._wants_again = False
        self._rests_until = 0.0
        screen.set_interval(_TICK_S, self._tick)

    def now(self) -> None:
        """Read at once, or as soon as the reading at work has ended."""
        self._rests_until = 0.0
        self._wants_again = self._is_reading
        self._tick()

    def _tick(self) -> None:
        rests = time.monotonic() < self._rests_until
        if self._is_reading or rests or not self._screen.is_current:
            return
        self._is_reading = True
        self._screen.app.run_worker(
            self._read, thread=True, group="checkpoints-reading", exit_on_error=False
        )

    def _read(self) -> None:
        app, began = self._screen.app, time.monotonic()
        try:
            for read, take in self._steps:
                app.call_later(self._give, take, read())
        except (OSError, WorkbenchError) as error:
            app.call_later(self._screen.complain, str(error))
        finally:
            app.call_later(self._rest, time.monotonic() - began)

    def _give(self, take: Callable[[Any], None], result: Any) -> None:
        if self._screen.is_composed:
            take(result)

    def _rest(self, took_s: float) -> None:
        self._is_reading = False
        self._rests_until = time.monotonic() + max(_REST_S, _REST_SHARE * took_s)
        if self._wants_again:
            self._wants_again = False
            self.now()
