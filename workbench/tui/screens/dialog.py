"""A dialog over a place, which is seen dimmed beneath it."""

from __future__ import annotations

import time
from typing import TypeVar

from textual.geometry import Size
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

_T = TypeVar("_T")

_FRESH_S = 1.0


class DialogScreen(ModalScreen[_T]):
    """Draws what is beneath at most once a second: Textual mixes its colours cell by cell, each
    time that anything moves there or here."""

    # A change of the focus paints the two widgets, not the whole screen.
    focused: reactive[Widget | None] = reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self._beneath: dict[int, Strip] = {}
        self._beneath_size = Size(0, 0)
        self._beneath_until = 0.0

    def render_line(self, y: int) -> Strip:
        """One line of the place beneath."""
        if self.size != self._beneath_size or time.monotonic() > self._beneath_until:
            self._forget_beneath()
            self._beneath_size, self._beneath_until = self.size, time.monotonic() + _FRESH_S
        strip = self._beneath.get(y)
        if strip is None:
            strip = self._beneath[y] = super().render_line(y)
        return strip

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._forget_beneath()

    def _forget_beneath(self) -> None:
        self._beneath.clear()
