"""A dialog over a place, which is seen around it and goes on."""

from __future__ import annotations

import time
from functools import lru_cache
from typing import Self, TypeVar

from rich.segment import Segment
from rich.style import Style
from textual import on
from textual.events import Resize
from textual.geometry import Region, Size
from textual.reactive import reactive
from textual.screen import ModalScreen
from textual.strip import Strip
from textual.widget import Widget

from workbench.tui.painting import SparingCompositor

_T = TypeVar("_T")

_FRESH_S = 1.0


class DialogScreen(ModalScreen[_T]):
    """Draws what is beneath at most once a second, and as it is.

    Textual would send it through Rich's console and mix its colours cell by cell, each time that
    anything moves there or here; and a line that is slow would have to carry all of it.
    """

    # A change of the focus paints the two widgets, not the whole screen.
    focused: reactive[Widget | None] = reactive(None, repaint=False)

    def __init__(self) -> None:
        super().__init__()
        self._compositor = SparingCompositor()
        self._beneath: list[Strip] = []
        self._beneath_size = Size(0, 0)
        self._beneath_until = 0.0
        self._stale: set[Region] = set()

    @on(Resize)
    def _tell_beneath(self, event: Resize) -> None:
        """Textual lays what is beneath out anew, but in the shape that it had before."""
        stack = self.app.screen_stack
        # Only what is beneath this one: two dialogs would tell each other for ever.
        for screen in stack[: stack.index(self)] if self in stack else ():
            screen.post_message(Resize(event.size, event.virtual_size, event.container_size))

    def refresh(
        self,
        *regions: Region,
        repaint: bool = True,
        layout: bool = False,
        recompose: bool = False,
    ) -> Self:
        """Paint; what changed beneath is painted as soon as it may be drawn again."""
        wait_s = self._beneath_until - time.monotonic()
        if not regions or wait_s <= 0:
            return super().refresh(*regions, repaint=repaint, layout=layout, recompose=recompose)
        if not self._stale:
            self.set_timer(wait_s, self._draw_stale)
        self._stale.update(regions)
        return self

    def _draw_stale(self) -> None:
        stale, self._stale = self._stale, set()
        self._beneath_until = 0.0
        self.refresh(*stale)

    def render_line(self, y: int) -> Strip:
        """One line of the place beneath."""
        if self.size != self._beneath_size or time.monotonic() > self._beneath_until:
            self._beneath = self._draw_beneath()
            self._beneath_size, self._beneath_until = self.size, time.monotonic() + _FRESH_S
        if y < len(self._beneath):
            return self._beneath[y]
        return Strip.blank(self.size.width, self.rich_style)

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._beneath_until = 0.0

    def _draw_beneath(self) -> list[Strip]:
        stack = self.app.screen_stack
        if self not in stack[1:]:
            return []
        beneath = stack[stack.index(self) - 1]
        return [_inert(strip) for strip in beneath._compositor.render_strips(self.size)]


def _inert(strip: Strip) -> Strip:
    """Without what a click does there."""
    parts = [Segment(text, _plain(style), control) for text, style, control in strip]
    return Strip(parts, strip.cell_length)


@lru_cache(4096)
def _plain(style: Style | None) -> Style | None:
    return None if style is None else style.clear_meta_and_links()
