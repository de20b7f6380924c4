"""What a screen shows in place of itself where the terminal has no room for it."""

from textual.content import Content
from textual.geometry import Size
from textual.widget import Widget

_LEAST = Size(40, 12)


def is_too_small(size: Size) -> bool:
    """Whether a terminal of this size has room for nothing."""
    return size.width < _LEAST.width or size.height < _LEAST.height


class TooSmall(Widget):
    """Lies over everything else, which stays as it is: what had the focus has it afterwards."""

    DEFAULT_CSS = """
    TooSmall {
        layer: over;
        display: none;
        width: 100%;
        height: 100%;
        background: $background;
        color: $warning;
        content-align: center middle;
        text-align: center;
    }
    """

    def render(self) -> Content:
        """One line, if it fits."""
        width, height = self.app.size
        return Content(f"{width}x{height} is too small: {_LEAST.width}x{_LEAST.height} is enough")
