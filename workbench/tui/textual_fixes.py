"""What Textual 8 gets wrong and a long session suffers from."""

from functools import lru_cache
from typing import Any

from textual._styles_cache import StylesCache
from textual.color import Color
from textual.style import Style as VisualStyle
from textual.widget import Widget


def mend_textual() -> None:
    """Mend it for all applications of this process."""
    let_go_of_closed_widgets()
    keep_reverse()


def let_go_of_closed_widgets() -> None:
    """Have the cache of two colours hold the colours, and not the widgets that asked.

    It kept the last 1,024 widgets with all that they had drawn, however long they were closed:
    https://github.com/Textualize/textual/issues/6665. A garbage collection took a quarter of a
    second after eighty dialogs.
    """
    colors = StylesCache.get_inner_outer
    made = getattr(colors, "__wrapped__", None)
    if made is None:  # mended in this Textual
        return

    @lru_cache(1024)
    def cached(base_background: Color, background: Color) -> Any:
        return made(None, base_background, background)

    def get_inner_outer(_: StylesCache, base_background: Color, background: Color) -> Any:
        return cached(base_background, background)

    StylesCache.get_inner_outer = get_inner_outer  # type: ignore[assignment]


def keep_reverse() -> None:
    """Have a part of a widget reversed where the stylesheet says so: it came out plain.

    Without colours it is all that tells the row under the cursor from the others.
    """
    made = Widget.get_visual_style
    if made.__module__ == __name__:
        return

    def get_visual_style(self: Widget, *parts: str, partial: bool = False) -> VisualStyle:
        style = made(self, *parts, partial=partial)
        if not parts or not self.get_component_styles(*parts).text_style.reverse:
            return style
        return style + VisualStyle(reverse=True)

    Widget.get_visual_style = get_visual_style  # type: ignore[method-assign]
