"""What a sweep goes over: lists and ranges of a plan's keys."""

import math
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.api.errors import UserError
from workbench.api.options import OptionField, format_value, parse_text
from workbench.core.plan import find_option
from workbench.core.plugins import Registry

Values = dict[str, str]
"""Keys of a plan with a value each, as ``--set`` takes it."""

_RANGE = re.compile(r"(?P<low>.+?)\.\.(?P<high>.+?)(?P<log>:log)?")
# Commas inside brackets belong to a value that is a list itself.
_COMMA = re.compile(r",(?![^\[]*\])")
_DIGITS = 6


@dataclass(frozen=True)
class Choices:
    """A list of values of a key, each as ``--set`` takes it."""

    key: str
    values: tuple[str, ...]


@dataclass(frozen=True)
class Range:
    """Numbers of a key from ``low`` to ``high``, both included; ``is_whole`` for integers.

    With ``is_log`` each decade is as likely as the next.
    """

    key: str
    low: float
    high: float
    is_log: bool
    is_whole: bool

    def text(self, value: float) -> str:
        """A number of the range as ``--set`` takes it, with six significant digits."""
        if self.is_whole:
            return str(int(value))
        rounded = float(f"{value:.{_DIGITS}g}")
        return format_value(min(max(rounded, self.low), self.high))

    def at(self, share: float) -> float:
        """The number at a share from 0 to 1 of the range."""
        end = self.high + 1 if self.is_whole else self.high
        if self.is_log:
            value = self.low * math.exp(share * math.log(end / self.low))
        else:
            value = self.low + share * (end - self.low)
        return min(max(math.floor(value) if self.is_whole else value, self.low), self.high)


Dimension = Choices | Range


def parse_overs(
    texts: Sequence[str], document: Mapping[str, Any], registry: Registry
) -> list[Dimension]:
    """The dimensions of a sweep. Raises :class:`UserError` also for a key that comes twice."""
    dimensions = [parse_over(text, document, registry) for text in texts]
    keys = [dimension.key for dimension in dimensions]
    for key in keys:
        if keys.count(key) > 1:
            raise UserError(f"--over {key} is given twice; give each key once.")
    if not keys:
        raise UserError("A sweep needs --over KEY=a,b,c or KEY=low..high at least once.")
    return dimensions


def parse_over(text: str, document: Mapping[str, Any], registry: Registry) -> Dimension:
    """``KEY=a,b,c``, ``KEY=low..high`` or ``KEY=low..high:log``.

    Each value must be one that the key's declaration allows in the plan of ``document``.
    Raises :class:`UserError`.
    """
    key, separator, values = (part.strip() for part in text.partition("="))
    if not (separator and key and values):
        raise UserError(
            f'"{text}" is not KEY=a,b,c or KEY=low..high, such as optimizer.lr=1e-4..1e-1:log.'
        )
    item = find_option(key, document, registry)
    found = _RANGE.fullmatch(values)
    is_number = item is not None and item.type in (int, float) and not item.is_tuple
    if item is not None and found and is_number:
        return _range(key, item, found)
    words = [word.strip() for word in _COMMA.split(values) if word.strip()]
    if item is not None:
        where = key.removesuffix(item.name)
        words = [_written(item, parse_text(item, word, where=where)) for word in words]
    return Choices(key, tuple(dict.fromkeys(words)))


def _written(item: OptionField, value: Any) -> str:
    text = format_value(value)
    return f"[{text}]" if item.is_tuple and value is not None else text


def _range(key: str, item: OptionField, found: re.Match[str]) -> Range:
    where = key.removesuffix(item.name)
    low, high = (parse_text(item, found[end], where=where) for end in ("low", "high"))
    if low is None or high is None or low >= high:
        raise UserError(f"The range of {key} must rise, but is {found[0]}.")
    if found["log"] and low <= 0:
        raise UserError(f"The range of {key} must begin above 0 for :log, but is {found[0]}.")
    return Range(key, low, high, bool(found["log"]), item.type is int)
