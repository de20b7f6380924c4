"""How the state of a run looks: a glyph and a word, so that colour is never alone."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.runs import RunState


_LOOKS: dict[RunState, tuple[str, str]] = {
    "queued": ("…", "$muted"),
    "starting": ("◌", "$warning"),
    "running": ("●", "$success"),
    "paused": ("‖", "$warning"),
    "completed": ("✓", "$success"),
    "stopped": ("■", "$muted"),
    "failed": ("✗", "$error"),
    "interrupted": ("!", "$warning"),
    "gone": ("×", "$error"),
}


def is_known(state: str) -> bool:
    """Whether there is such a state."""
    return state in _LOOKS


def glyph(state: RunState) -> str:
    """One character for a state."""
    return _LOOKS[state][0]


def color(state: RunState) -> str:
    """The style of a state."""
    return _LOOKS[state][1]
