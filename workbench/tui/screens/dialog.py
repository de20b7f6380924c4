"""A dialog over a place, which is seen dimmed beneath it."""

from __future__ import annotations

import time
from collections.abc import Iterable
from functools import lru_cache
from typing import TypeVar

from rich.color import Color as RichColor
from rich.console import RenderableType
from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.geometry import Size
from textual.reactive import reactive
from textual.renderables.background_screen import BackgroundScreen
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

    def render(self) -> RenderableType:
        """The place beneath."""
        beneath = super().render()
        if isinstance(beneath, BackgroundScreen):
            return _Dimmed(beneath.screen, beneath.color)
        return beneath

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


class _Dimmed(BackgroundScreen):
    """As Textual does it; a style that comes again, as nearly all do, is not mixed again."""

    @classmethod
    def process_segments(cls, segments: Iterable[Segment], color: Color) -> Iterable[Segment]:
        """The segments in dimmed colours, without links."""
        for text, style, control in segments:
            yield Segment(text, style if control else _dimmed(style, color), control)


@lru_cache(4096)
def _dimmed(style: Style | None, color: Color) -> Style:
    plain = Style() if style is None else style.clear_meta_and_links()
    return plain + Style.from_color(_mixed(plain.color, color), _mixed(plain.bgcolor, color))


def _mixed(below: RichColor | None, color: Color) -> RichColor | None:
    if below is None or color.a == 0:
        return below
    return (Color.from_rich_color(below) + color).rich_color
