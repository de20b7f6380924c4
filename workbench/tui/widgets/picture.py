"""Images as segments, in the colours and characters that the terminal has."""

from rich.color import Color as RichColor
from rich.segment import Segment
from rich.style import Style
from textual.app import App
from textual.color import Color

from workbench.core.images import (
    ASCII_SHADES,
    SHADES,
    Image,
    Rgb,
    brightness,
    half_blocks,
    shades,
)
from workbench.tui.glyphs import glyph_level

_FEW_COLORS = (None, "standard", "windows")


class Painter:
    """Draws images over the style ``base``; one is made for each time of drawing.

    Grey goes from just above the background to the theme's colour ``ink``; colours stay.
    """

    def __init__(self, app: App[object], base: Style, ink: str = "foreground") -> None:
        self._base = base
        is_ascii = glyph_level() == "ascii"
        self._ramp = ASCII_SHADES if is_ascii else SHADES
        self._is_shaded = is_ascii or app.no_color or app.console.color_system in _FEW_COLORS
        variables, theme = app.theme_variables, app.current_theme
        # The colours of such a theme are numbers whose look only the terminal knows.
        self._dark = Color(18, 18, 18) if theme.ansi else Color.parse(variables["surface"])
        self._light = Color(230, 230, 230) if theme.ansi else Color.parse(variables[ink])
        self._cells: dict[tuple[Rgb, Rgb], Segment] = {}

    def rows(self, image: Image) -> list[list[Segment]]:
        """The image in rows of half its height."""
        if self._is_shaded:
            return [[Segment(line, self._base)] for line in shades(image, self._ramp)]
        return [[self._cell(cell) for cell in row] for row in half_blocks(image)]

    def _cell(self, cell: tuple[Rgb, Rgb]) -> Segment:
        found = self._cells.get(cell)
        if found is None:
            upper, lower = cell
            style = Style(color=self._paint(upper), bgcolor=self._paint(lower))
            found = self._cells[cell] = Segment("▀", style)
        return found

    def _paint(self, color: Rgb) -> RichColor:
        red, green, blue = color
        if red == green == blue:
            return self._dark.blend(self._light, brightness(color) / 255).rich_color
        return RichColor.from_rgb(red, green, blue)
