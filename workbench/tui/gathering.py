"""Showing trained batches some times a second, and everything else at once."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.api.events import Event

_SHOWN_EVERY_S = 0.25


class Gathering:
    """Keeps the events of trained batches until it is time to draw them."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: list[Event] = []
        self._shown_at = -_SHOWN_EVERY_S

    def take(self, events: Sequence[Event], *, is_last: bool) -> list[Event]:
        """The events to show now, those that were kept before with them; may be none.

        ``is_last`` says that no more may come for a while.
        """
        from workbench.api.events import BatchesTrained  # not for the first paint

        self._kept += events
        is_due = self._clock() - self._shown_at >= _SHOWN_EVERY_S
        is_telling = any(not isinstance(event, BatchesTrained) for event in events)
        if not (is_due or is_telling or is_last):
            return []
        shown, self._kept = self._kept, []
        if shown:
            self._shown_at = self._clock()
        return shown
