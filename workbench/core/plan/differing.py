"""What differs between plans."""

from collections.abc import Mapping, Sequence
from typing import Any

from workbench.api.options import format_value

# What a plan says of its own place, and not of what is trained.
_LEFT_OUT = frozenset({"plugins"})


def flat_values(document: Mapping[str, Any]) -> dict[str, str]:
    """A plan's document as the keys and values that ``--set`` takes."""
    return dict(_flat({key: value for key, value in document.items() if key not in _LEFT_OUT}))


def _flat(document: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for key, value in document.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", format_value(value)))
    return found


def differing_keys(plans: Sequence[Mapping[str, str]]) -> tuple[str, ...]:
    """The keys whose values are not the same in all plans, in the order of the plans."""
    known = dict.fromkeys(key for plan in plans for key in plan)
    return tuple(key for key in known if len({plan.get(key, "") for plan in plans}) > 1)
