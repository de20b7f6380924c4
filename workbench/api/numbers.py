"""Floats as JSON can hold them."""

import math
from typing import Literal

Number = float | Literal["nan", "inf", "-inf"]
"""A float that JSON can hold; ``float(number)`` gives the value back."""


def number(value: float) -> Number:
    """A float as JSON can hold it: NaN and the infinities become text."""
    if math.isfinite(value):
        return float(value)  # a NumPy scalar is a number too, but not to JSON
    if math.isnan(value):
        return "nan"
    return "inf" if value > 0 else "-inf"
