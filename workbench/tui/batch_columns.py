"""The values of many trained batches at once, one of each a batch.

A long run's file has a million events: what is done for each of them is done in C.
"""

import math
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate, chain, islice, repeat
from operator import attrgetter, eq, mul, sub, truediv

from workbench.api.events import BatchesTrained
from workbench.tui.widgets.chart.series import LARGEST

_SMOOTHING = 0.08

_losses = attrgetter("losses")
_steps = attrgetter("step")
_rates = attrgetter("learning_rate")
_elapsed_s = attrgetter("elapsed_s")


class BatchColumns:
    """The columns of events that follow each other without a gap.

    ``begin`` is the step before the first batch; ``losses``, ``rates`` (learning rates) and
    ``speeds`` (items a second, NaN where no time passed) have one value a batch.
    """

    def __init__(self, events: Sequence[BatchesTrained], batch_size: int) -> None:
        counts = _counts(events)
        self.begin = events[0].step - counts[0]
        self.losses = list(map(float, chain.from_iterable(map(_losses, events))))
        seconds = list(map(_elapsed_s, events))
        speeds: Iterable[float]
        if min(seconds) > 0:
            speeds = map(truediv, map(mul, counts, repeat(batch_size)), seconds)
        else:
            speeds = (
                count * batch_size / took if took > 0 else math.nan
                for count, took in zip(counts, seconds, strict=True)
            )
        self.rates = _spread(map(_rates, events), counts)
        self.speeds = _spread(speeds, counts)


def _spread(values: Iterable[float], counts: Sequence[int]) -> Iterable[float]:
    """Each value as often as its event has batches."""
    return values if max(counts) == 1 else chain.from_iterable(map(repeat, values, counts))


def without_gaps(events: Sequence[BatchesTrained]) -> Iterator[Sequence[BatchesTrained]]:
    """The events in parts in each of which every event goes on where the one before ended."""
    steps, counts = list(map(_steps, events)), _counts(events)
    begins = list(map(sub, steps, counts))
    if all(map(eq, begins[1:], steps)):
        yield from [events] if events else []
        return
    start = 0
    for at in range(1, len(events)):
        if begins[at] != steps[at - 1]:
            yield events[start:at]
            start = at
    yield events[start:]


def smoothed(values: Sequence[float], last: float) -> list[float]:
    """The running mean of the losses that can be drawn, after ``last`` (NaN if there is none)."""
    if not values:
        return []
    # A sum of finite values is finite, and one that is no number shows in it.
    is_whole = math.isfinite(sum(values)) and min(values) > -LARGEST and max(values) < LARGEST
    if is_whole and math.isfinite(last):
        return list(islice(accumulate(values, _next_mean, initial=last), 1, None))
    found = []
    for value in values:
        if abs(value) < LARGEST:
            last = value if math.isnan(last) else _next_mean(last, value)
        found.append(last)
    return found


def _next_mean(mean: float, value: float) -> float:
    return mean + _SMOOTHING * (value - mean)


def _counts(events: Iterable[BatchesTrained]) -> list[int]:
    return list(map(len, map(_losses, events)))
