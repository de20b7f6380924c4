"""The points of a long run, in an eighth of the memory that a pair of objects takes."""

from array import array
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from typing import overload

Point = tuple[float, float]


class Line(Sequence[Point]):
    """Points in the order of their steps."""

    def __init__(self) -> None:
        self._steps = array("d")
        self._values = array("d")

    def extend(self, first_step: int, values: Iterable[float]) -> None:
        """Add the values of consecutive steps."""
        self._values.extend(values)
        added = len(self._values) - len(self._steps)
        self._steps.extend(range(first_step, first_step + added))

    def cut(self, step: int) -> None:
        """Forget what is after a step."""
        kept = bisect_right(self._steps, step)
        del self._steps[kept:], self._values[kept:]

    @property
    def values(self) -> Sequence[float]:
        """Of each point the value alone."""
        return self._values

    def __len__(self) -> int:
        return len(self._steps)

    def __iter__(self) -> Iterator[Point]:
        return zip(self._steps, self._values, strict=True)

    @overload
    def __getitem__(self, place: int) -> Point: ...

    @overload
    def __getitem__(self, place: slice) -> list[Point]: ...

    def __getitem__(self, place: int | slice) -> Point | list[Point]:
        if isinstance(place, slice):
            return list(zip(self._steps[place], self._values[place], strict=True))
        return self._steps[place], self._values[place]
