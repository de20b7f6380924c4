"""Telling a person who looks elsewhere, by what a terminal obeys, how a run ended."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from typing import TYPE_CHECKING

from workbench.core.text import printable

if TYPE_CHECKING:
    from workbench.api.events import Event

_BELL = "\x07"
_END = "\x1b\\"
_INSIDE = (("TMUX", "\x1bPtmux;", "\x1b\x1b"), ("STY", "\x1bP", "\x1b"))
"""What tells that one is inside tmux or screen, how to pass by it, and what Escape is there."""
_LONGEST = 120


def worth_telling(name: str, events: Iterable[Event], since: float) -> str | None:
    """How the run ended by itself or failed after ``since`` (Unix time), if it did.

    What a person asked for (a stop, a pause) is no news to them.
    """
    from workbench.api.events import RunFailed, RunFinished

    for event in events:
        if event.time < since:
            continue
        if isinstance(event, RunFinished) and event.end == "completed":
            return f"{name} is completed."
        if isinstance(event, RunFailed):
            return f"{name} failed: {event.error}"
    return None


def sequences(sentence: str, notify: str, environ: Mapping[str, str] = os.environ) -> str:
    """What to write to the terminal for the setting ``notify``.

    A notice of the desktop goes both ways: iTerm2, WezTerm, Ghostty and kitty know OSC 9,
    foot and rxvt know OSC 777; a terminal shows neither if it doesn't know them. Inside tmux
    and screen it is wrapped, so that they hand it on to the terminal that they are in.
    """
    ways = notify.split(",")
    text = printable(sentence)[:_LONGEST]
    written = ""
    if "desktop" in ways:
        # A semicolon parts the fields of OSC 777, and OSC 9 with a number first is no notice.
        plain = text.replace(";", ",")
        for notice in (f"9;workbench: {plain}", f"777;notify;workbench;{plain}"):
            written += _passed_on(notice, environ)
    return written + (_BELL if "bell" in ways else "")


def _passed_on(notice: str, environ: Mapping[str, str]) -> str:
    """An operating system command, for the terminal outside."""
    for name, begin, escape in _INSIDE:
        if environ.get(name):
            return f"{begin}{escape}]{notice}{_BELL}{_END}"
    return f"\x1b]{notice}{_END}"
