"""Images as segments, in the colours and characters that the terminal has."""

from __future__ import annotations

from typing import TYPE_CHECKING

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
    fill,
    fit,
    half_blocks,
    shades,
)
from workbench.tui.glyphs import glyph_level

if TYPE_CHECKING:
    from workbench.tui.graphics.kitty import Graphics

_FEW_COLORS = (None, "standard", "windows")


class Painter:
    """Draws images over the style ``base``; one is made for each time of drawing.

    Grey goes from just above the background to the theme's colour ``ink``; colours stay.
    """

    def __init__(self, app: App[object], base: Style, ink: str = "foreground") -> None:
        self._base = base
        self._graphics: Graphics | None = getattr(app, "graphics", None)
        is_ascii = glyph_level() == "ascii"
        self._ramp = ASCII_SHADES if is_ascii else SHADES
        self._is_shaded = is_ascii or app.no_color or app.console.color_system in _FEW_COLORS
        variables, theme = app.theme_variables, app.current_theme
        # The colours of such a theme are numbers whose look only the terminal knows.
        self._dark = Color(18, 18, 18) if theme.ansi else Color.parse(variables["surface"])
        self._light = Color(230, 230, 230) if theme.ansi else Color.parse(variables[ink])
        self._cells: dict[tuple[Rgb, Rgb], Segment] = {}
        self._painted: dict[Rgb, RichColor] = {}

    @property
    def has_graphics(self) -> bool:
        """Whether the terminal has pixels; it keeps only those images that were drawn lately."""
        return self._graphics is not None

    def drawn(
        self, image: Image, columns: int, rows: int, *, is_enlarged: bool = True
    ) -> list[list[Segment]]:
        """The image as large as fits into so many cells; pixels where the terminal has them."""
        if self._graphics is None:
            return self.rows((fill if is_enlarged else fit)(image, columns, rows))
        scale = min(columns / image.width, 2 * rows / image.height)
        scale = scale if is_enlarged else min(1.0, scale)
        wide, high = max(1, int(image.width * scale)), max(1, int(image.height * scale / 2))
        painted = {color: bytes(self._paint(color).get_truecolor()) for color in set(image.pixels)}
        rgb = b"".join(map(painted.__getitem__, image.pixels))
        return self._graphics.cells(rgb, image.width, image.height, wide, high, self._base)

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
        found = self._painted.get(color)
        if found is None:
            red, green, blue = color
            if red == green == blue:
                found = self._dark.blend(self._light, brightness(color) / 255).rich_color
            else:
                found = RichColor.from_rgb(red, green, blue)
            self._painted[color] = found
        return found
