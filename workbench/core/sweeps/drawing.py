"""The members of a grid, and of a random sweep."""

import itertools
import math
import random
from collections.abc import Sequence
from typing import Literal

from workbench.api.errors import UserError
from workbench.core.sweeps.space import Choices, Dimension, Range, Values

Method = Literal["grid", "random", "tpe"]
_TRIES = 100
METHODS: tuple[Method, ...] = ("grid", "random", "tpe")


def require_method(
    dimensions: Sequence[Dimension], method: Method | None, samples: int | None
) -> Method:
    """The method that is meant: a grid, unless there is a range or a number of samples.

    Raises :class:`UserError` where they don't fit together.
    """
    ranges = [item.key for item in dimensions if isinstance(item, Range)]
    chosen = method or ("random" if ranges or samples is not None else "grid")
    if chosen == "grid" and ranges:
        raise UserError(
            f"A grid needs a list of values for {ranges[0]}; a range is for --method random or tpe."
        )
    if chosen == "grid" and samples is not None:
        raise UserError("A grid has all combinations; leave --samples out or use --method random.")
    if chosen != "grid" and samples is None:
        raise UserError(f"--method {chosen} needs the number of runs; add --samples N.")
    return chosen


def grid(dimensions: Sequence[Dimension]) -> list[Values]:
    """All combinations of lists; the last key changes fastest."""
    lists = [
        [(item.key, value) for value in item.values]
        for item in dimensions
        if isinstance(item, Choices)
    ]
    return [dict(pairs) for pairs in itertools.product(*lists)]


def draw(dimensions: Sequence[Dimension], samples: int, seed: int) -> list[Values]:
    """Random members, none of them twice; fewer than ``samples`` if there are fewer."""
    generator = random.Random(seed)
    found: dict[tuple[str, ...], Values] = {}
    for _ in range(samples * _TRIES):
        if len(found) >= min(samples, _count(dimensions)):
            break
        values = {item.key: _draw_value(item, generator) for item in dimensions}
        found.setdefault(tuple(values.values()), values)
    return list(found.values())


def _draw_value(item: Dimension, generator: random.Random) -> str:
    if isinstance(item, Choices):
        return generator.choice(item.values)
    return item.text(item.at(generator.random()))


def _count(dimensions: Sequence[Dimension]) -> float:
    sizes = [
        len(item.values)
        if isinstance(item, Choices)
        else item.high - item.low + 1
        if item.is_whole
        else math.inf
        for item in dimensions
    ]
    return math.prod(sizes)
