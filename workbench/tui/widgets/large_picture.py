"""One image as large as there is room, with a pixel of it marked."""

from rich.segment import Segment
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from workbench.core.images import Image, Rgb
from workbench.core.text import visible
from workbench.tui.widgets.picture import Painter


class LargePicture(Widget):
    """Shows an image in the middle, grey ones in the theme's colour ``ink``.

    ``mark`` is the column and row of the marked pixel.
    """

    DEFAULT_CSS = """
    LargePicture { width: 1fr; height: 1fr; }
    """

    def __init__(self, ink: str = "foreground", id: str | None = None) -> None:
        super().__init__(id=id)
        self._ink = ink
        self._image: Image | None = None
        self._mark: tuple[int, int] | None = None
        self._words = ""
        self._strips: list[Strip] | None = None

    def show(
        self, image: Image | None, mark: tuple[int, int] | None = None, words: str = ""
    ) -> None:
        """Show this image, or where there is none these words."""
        if (image, mark, words) != (self._image, self._mark, self._words):
            self._image, self._mark, self._words = image, mark, words
            self._strips = None
            self.refresh()

    def on_resize(self) -> None:
        """Draw anew."""
        self._strips = None

    def notify_style_update(self) -> None:
        """A theme changed."""
        super().notify_style_update()
        self._strips = None

    def render_line(self, y: int) -> Strip:
        """One row."""
        width, height = self.size
        if self._strips is None:
            self._strips = self._draw(width, height)
        if y < len(self._strips):
            return self._strips[y]
        words = visible(self._words)[:width].center(width) if y == height // 2 else ""
        return Strip([Segment(words, self.rich_style)]).adjust_cell_length(width, self.rich_style)

    def _draw(self, width: int, height: int) -> list[Strip]:
        if self._image is None or not width or not height:
            return []
        image = marked(self._image, self._mark, self._accent)
        rows = Painter(self.app, self.rich_style, self._ink).drawn(image, width, height)
        left = (width - sum(segment.cell_length for segment in rows[0])) // 2
        top = (height - len(rows)) // 2
        margin = Segment(" " * left, self.rich_style)
        strips = [Strip([margin, *row]).adjust_cell_length(width, self.rich_style) for row in rows]
        return [Strip.blank(width, self.rich_style)] * top + strips

    @property
    def _accent(self) -> Rgb:
        return Color.parse(self.app.theme_variables["secondary"]).rgb


def marked(image: Image, mark: tuple[int, int] | None, color: Rgb) -> Image:
    """The image with one pixel in another colour."""
    if mark is None:
        return image
    at = mark[1] * image.width + mark[0]
    pixels = (*image.pixels[:at], color, *image.pixels[at + 1 :])
    return Image(image.width, image.height, pixels)
