"""Showing how the training goes on some times a second, and everything else at once."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.api.events import Event

_LEAST_S, _MOST_S = 0.25, 2.0
_SHARE, _CROWDED_SHARE = 0.02, 0.004
_COUNTED = 5
_SOON_S, _LATER_S = 0.08, 0.5
_ATTENDED_S = 3.0


class Gathering:
    """Keeps what each epoch brings until it is time to draw it.

    That is so often that drawing takes two hundredths of a core, though at most four times a
    second and at least every two seconds. Where ``is_crowded`` it is taken from the training,
    which uses all cores; there it takes a fifth of that. ``interval_s`` are the seconds from
    one drawing to the next. Drawing and taking may be done in different threads.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._kept: list[Event] = []
        self._shown_at = -_MOST_S
        self._took_s: deque[float] = deque(maxlen=_COUNTED)
        self._touched_at = clock()
        self.interval_s = _LEAST_S
        self.is_crowded = False

    def touched(self) -> None:
        """A person is at the keys, and may wait for what a worker answers."""
        self._touched_at = self._clock()

    @property
    def pause_s(self) -> float:
        """Seconds until one should look for events again."""
        is_attended = self._clock() - self._touched_at < _ATTENDED_S
        return _SOON_S if is_attended else max(_SOON_S, min(_LATER_S, self.interval_s / 4))

    def drawn(self, seconds: float) -> None:
        """Drawing took this much of a processor."""
        self._took_s.append(seconds)
        usual = sorted(self._took_s)[len(self._took_s) // 2]
        share = _CROWDED_SHARE if self.is_crowded else _SHARE
        self.interval_s = min(max(usual / share, _LEAST_S), _MOST_S)

    def take(self, events: Sequence[Event]) -> list[Event]:
        """The events to show now, those that were kept before with them; may be none."""
        self._kept += events
        is_due = self._clock() - self._shown_at >= self.interval_s
        if not (self._kept and (is_due or not all(map(_is_routine, events)))):
            return []
        shown, self._kept = self._kept, []
        self._shown_at = self._clock()
        return shown


def _is_routine(event: Event) -> bool:
    """Whether every epoch brings such an event, and no person waits for it."""
    from workbench.api import events  # not for the first paint

    match event:
        case events.SamplesPredicted():
            return event.epoch is not None
        case events.CheckpointSaved():
            return event.reason == "epoch"
        case _:
            routine = (events.BatchesTrained, events.LossReported)
            return isinstance(event, (*routine, events.EpochStarted, events.EpochTested))
