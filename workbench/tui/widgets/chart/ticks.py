"""Round numbers for the axes of a chart."""

import math
from itertools import pairwise

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)
_MOST_DECIMALS = 12
_SMALLEST_SPAN = 1e-9


def nice_step(span: float, most: int) -> float:
    """The smallest round step that covers a span with at most ``most`` steps."""
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from one at or below ``low`` to the last at or below ``high``.

    There are at least two, and about ``most``.
    """
    if high - low <= _SMALLEST_SPAN * max(abs(low), abs(high), 1e-3):
        margin = abs(low) * 0.1 if abs(low) > 1e-6 else 1.0
        low, high = low - margin, high + margin
    for steps in range(max(1, most - 1), most + 2):
        step = nice_step(high - low, steps)
        first, last = math.floor(low / step + 1e-9), math.floor(high / step + 1e-9)
        if last > first:
            break
    last = max(last, first + 1)
    return [round(index * step, 12) for index in range(first, last + 1)]


def labels(ticks: list[float], *, percent: bool = False) -> list[str]:
    """The ticks as text, all with as many decimals as tell them apart exactly enough."""
    values = [tick * 100 for tick in ticks] if percent else ticks
    step = min((b - a for a, b in pairwise(values)), default=1.0)
    notation = "f" if max(map(abs, values)) < 1e5 and step >= 1e-4 else "e"
    for decimals in range(_MOST_DECIMALS):
        texts = [f"{value:.{decimals}{notation}}" for value in values]
        pairs = zip(texts, values, strict=True)
        if all(abs(float(text) - value) <= step * 1e-3 for text, value in pairs):
            break
    if notation == "e":
        texts = [text if value else "0" for text, value in zip(texts, values, strict=True)]
    return [f"{text}%" for text in texts] if percent else texts


def whole_ticks(last: int, most: int) -> list[int]:
    """Whole numbers from 0 to ``last``, both with it, in round steps, about ``most`` of them."""
    step = max(1, math.ceil(nice_step(max(1, last), most)))
    # One that is too near to the last would touch its label.
    return [*range(0, last - step // 2, step), last]


def whole_between(low: float, high: float, most: int) -> list[int]:
    """Whole numbers from ``low`` to ``high`` in round steps, about ``most`` of them."""
    step = max(1, math.ceil(nice_step(max(1e-9, high - low), most)))
    return [index * step for index in range(math.ceil(low / step), math.floor(high / step) + 1)]


def log_ticks(low: float, high: float, most: int) -> list[float]:
    """Powers of ten from one at or below ``low`` to the last at or below ``high``.

    Both are above 0. There are at least two ticks; one decade has a third one inside.
    """
    first, last = math.floor(math.log10(low)), math.floor(math.log10(high))
    last = max(last, first + 1)
    step = max(1, math.ceil((last - first) / most))
    powers = [10.0**power for power in range(first, last + 1, step)]
    if len(powers) > 2 or low > 10.0**first * 3 or high < 10.0**first * 3:
        return powers
    return sorted([*powers, 3 * powers[0]])
