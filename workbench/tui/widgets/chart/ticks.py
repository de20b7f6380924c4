"""Round numbers for the axes of a chart."""

import math

_STEPS = (1.0, 2.0, 2.5, 5.0, 10.0)


def nice_step(span: float, most: int) -> float:
    """The smallest round step that covers a span with at most ``most`` steps."""
    rough = span / max(1, most)
    power = 10.0 ** math.floor(math.log10(rough))
    return next(step * power for step in _STEPS if step * power >= rough * (1 - 1e-9))


def nice_ticks(low: float, high: float, most: int) -> list[float]:
    """Round numbers from one at or below ``low`` to the last at or below ``high``.

    There are at least two, and about ``most``.
    """
    if not high > low:
        margin = abs(low) * 0.1 or 1.0
        low, high = low - margin, high + margin
    step = nice_step(high - low, max(1, most - 1))
    first = math.floor(low / step + 1e-9)
    last = max(math.floor(high / step + 1e-9), first + 1)
    return [round(index * step, 12) for index in range(first, last + 1)]


def labels(ticks: list[float], *, percent: bool = False) -> list[str]:
    """The ticks as text, all with as many decimals as the step needs."""
    values = [tick * 100 for tick in ticks] if percent else ticks
    step = values[1] - values[0] if len(values) > 1 else 1.0
    if max(abs(value) for value in values) >= 1e5 or step < 1e-4:
        return [f"{value:.1e}" for value in values]
    decimals = next((d for d in range(5) if abs(round(step, d) - step) < step * 1e-6), 4)
    suffix = "%" if percent else ""
    return [f"{value:.{decimals}f}{suffix}" for value in values]


def whole_ticks(last: int, most: int) -> list[int]:
    """Whole numbers from 0 to ``last``, both with it, in round steps, about ``most`` of them."""
    step = max(1, math.ceil(nice_step(max(1, last), most)))
    # One that is too near to the last would touch its label.
    return [*range(0, last - step // 2, step), last]
