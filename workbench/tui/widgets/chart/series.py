"""A long series of values, summarised for the columns of a chart without losing a spike."""

import math
from array import array
from bisect import bisect_left
from collections.abc import Iterable
from dataclasses import dataclass

LARGEST = 1e100
_BLOCK = 64
_REMEMBERED = 2_000


@dataclass(frozen=True)
class Bucket:
    """The values of one column: the first and last, the lowest and highest."""

    first: float
    last: float
    low: float
    high: float


class Series:
    """Values at 0, 1, 2 …; those that are no number, or too large to draw, are kept apart.

    The lowest and highest of each 64 values are kept, so that a million values are
    summarised in about a millisecond; so are columns, for a chart that only grows at its end.
    """

    def __init__(self, values: Iterable[float] = ()) -> None:
        self._values = array("d")
        self._lows = array("d")
        self._highs = array("d")
        self._broken: list[int] = []
        self._buckets: dict[tuple[int, int], Bucket | None] = {}
        self.extend(values)

    def __len__(self) -> int:
        return len(self._values)

    def __getitem__(self, index: int) -> float:
        return self._values[index]

    @property
    def last(self) -> float:
        """The value at the end, NaN where there is none."""
        return self._values[-1] if self._values else math.nan

    def extend(self, values: Iterable[float]) -> None:
        """Add values at the end."""
        new = list(values)
        # A sum of finite values is finite, and one that is no number shows in it.
        if new and not (math.isfinite(sum(new)) and min(new) > -LARGEST and max(new) < LARGEST):
            for at, value in enumerate(new):
                if not abs(value) < LARGEST:
                    self._broken.append(len(self._values) + at)
                    new[at] = math.nan
        self._values.extend(array("d", new))
        self._summarise(new)

    def repeat(self, value: float, count: int) -> None:
        """Add one value at the end, ``count`` times."""
        to_a_block = -len(self._values) % _BLOCK
        if count <= to_a_block or not abs(value) < LARGEST:
            self.extend([value] * count)
            return
        self.extend([value] * to_a_block)
        self._values.extend(array("d", [value]) * (count - to_a_block))
        blocks = array("d", [value]) * ((count - to_a_block) // _BLOCK)
        self._lows.extend(blocks)
        self._highs.extend(blocks)

    def truncate(self, length: int) -> None:
        """Forget the values from ``length`` on."""
        if length < len(self._values):
            self._buckets.clear()
        del self._values[length:]
        blocks = len(self._values) // _BLOCK
        del self._lows[blocks:], self._highs[blocks:]
        del self._broken[bisect_left(self._broken, length) :]

    def _summarise(self, new: list[float]) -> None:
        """Summarise the blocks that became whole with the ``new`` values at the end."""
        begin = len(self._lows) * _BLOCK
        at = begin - (len(self._values) - len(new))
        if at < 0:  # a block that was begun before
            new = [*self._values[begin : begin - at], *new]
            at = 0
        blocks = (len(new) - at) // _BLOCK
        chunks = [new[start : start + _BLOCK] for start in range(at, at + blocks * _BLOCK, _BLOCK)]
        if self.has_broken(begin, len(self._values)):
            chunks = [_finite(chunk) for chunk in chunks]
            self._lows.extend(min(chunk, default=math.inf) for chunk in chunks)
            self._highs.extend(max(chunk, default=-math.inf) for chunk in chunks)
        else:
            self._lows.extend(map(min, chunks))
            self._highs.extend(map(max, chunks))

    def extremes(self, start: int = 0, stop: int | None = None) -> tuple[float, float] | None:
        """The lowest and highest value in a range; ``None`` where there is none."""
        stop = len(self) if stop is None else min(stop, len(self))
        first, last = -(-start // _BLOCK), stop // _BLOCK
        if first >= last:
            chunk = _finite(self._values[start:stop])
            return (min(chunk), max(chunk)) if chunk else None
        edges = _finite(self._values[start : first * _BLOCK])
        edges += _finite(self._values[last * _BLOCK : stop])
        low = min(min(self._lows[first:last]), min(edges, default=math.inf))
        high = max(max(self._highs[first:last]), max(edges, default=-math.inf))
        return (low, high) if low <= high else None

    def has_broken(self, start: int, stop: int) -> bool:
        """Whether a value in the range is NaN or infinite."""
        at = bisect_left(self._broken, start)
        return at < len(self._broken) and self._broken[at] < stop

    def bucket(self, start: int, stop: int) -> Bucket | None:
        """The finite values of a range; ``None`` where there is none."""
        if stop > len(self):
            return self._bucket(start, len(self))
        known = self._buckets
        if (start, stop) not in known:
            if len(known) >= _REMEMBERED:  # another window or width
                known.clear()
            known[start, stop] = self._bucket(start, stop)
        return known[start, stop]

    def _bucket(self, start: int, stop: int) -> Bucket | None:
        extremes = self.extremes(start, stop)
        if extremes is None:
            return None
        first = next(self._values[at] for at in range(start, stop) if self._is_finite(at))
        last = next(self._values[at] for at in reversed(range(start, stop)) if self._is_finite(at))
        return Bucket(first, last, *extremes)

    def _is_finite(self, index: int) -> bool:
        return self._values[index] == self._values[index]


def _finite(values: Iterable[float]) -> list[float]:
    return [value for value in values if value == value]
