"""The last readings of a share as an area, the newest at the right."""

from collections.abc import Sequence

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

_LEFT = (0x00, 0x40, 0x44, 0x46, 0x47)
_RIGHT = (0x00, 0x80, 0xA0, 0xB0, 0xB8)
_BRAILLE = 0x2800
_DOTS = 4


class History(Widget):
    """Two readings a column; a reading that is ``None`` leaves a gap."""

    DEFAULT_CSS = """
    History { height: 1fr; }
    """

    def __init__(self, ink: str = "primary", id: str | None = None) -> None:
        super().__init__(id=id)
        self._ink = ink
        self._shares: tuple[float | None, ...] = ()

    def show(self, shares: Sequence[float | None]) -> None:
        """Show these shares, from 0 to 1."""
        if tuple(shares) != self._shares:
            self._shares = tuple(shares)
            self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row."""
        width, height = self.size
        text = area(self._shares, width, height)[y] if y < height else ""
        ink = Color.parse(self.app.theme_variables[self._ink]).rich_color
        return Strip([Segment(text, self.rich_style + Style(color=ink))]).adjust_cell_length(
            width, self.rich_style
        )


def area(shares: Sequence[float | None], width: int, height: int) -> list[str]:
    """The rows of the area, in braille; a share above 0 has at least one dot."""
    shown = list(shares[-2 * width :])
    levels = [0] * (2 * width - len(shown)) + [_level(share, height) for share in shown]
    rows = []
    for row in range(height):
        floor = _DOTS * (height - 1 - row)
        heights = [min(_DOTS, max(0, level - floor)) for level in levels]
        cells = zip(heights[::2], heights[1::2], strict=True)
        rows.append("".join(chr(_BRAILLE + _LEFT[left] + _RIGHT[right]) for left, right in cells))
    return rows


def _level(share: float | None, height: int) -> int:
    if share is None:
        return 0
    return max(1, round(min(1.0, max(0.0, share)) * _DOTS * height))
