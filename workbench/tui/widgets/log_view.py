"""Lines of a log, the newest at the bottom."""

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.core.text import visible

Line = tuple[str, str]
"""A line's kind, which names its style ``log-view--KIND``, and its text."""


class LogView(ScrollView, can_focus=True):
    """Follows the end unless one has scrolled up; long lines are wrapped."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "log-view--epoch",
        "log-view--loss",
        "log-view--test",
        "log-view--done",
        "log-view--prediction",
        "log-view--note",
        "log-view--warning",
        "log-view--error",
    }

    DEFAULT_CSS = """
    LogView {
        height: 1fr;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        .log-view--epoch { color: $accent; text-style: bold; }
        .log-view--loss { color: $foreground; }
        .log-view--test { color: $secondary; }
        .log-view--done { color: $success; text-style: bold; }
        .log-view--prediction { color: $foreground; }
        .log-view--note { color: $muted; }
        .log-view--warning { color: $warning; }
        .log-view--error { color: $error; }
    }
    """

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._lines: list[Line] = []
        self._wrapped: list[Line] = []
        self._width = 0

    def on_mount(self) -> None:
        """Stay at the end until someone scrolls up."""
        self.anchor()

    def show(self, lines: Iterable[Line]) -> None:
        """Show these lines instead of those before."""
        self._lines = list(lines)
        self._wrapped = []
        self._add_wrapped(self._lines)

    def add(self, lines: Iterable[Line]) -> None:
        """Add lines at the end."""
        new = list(lines)
        self._lines += new
        self._add_wrapped(new)

    def on_resize(self) -> None:
        """Wrap anew for another width."""
        if self.scrollable_content_region.width != self._width:
            self._wrapped = []
            self._add_wrapped(self._lines)

    def _add_wrapped(self, lines: list[Line]) -> None:
        self._width = self.scrollable_content_region.width
        for kind, text in lines:
            self._wrapped += [(kind, part) for part in wrap(visible(text).rstrip(), self._width)]
        self.virtual_size = Size(self._width, len(self._wrapped))
        self.refresh()

    def render_line(self, y: int) -> Strip:
        """One row."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if index >= len(self._wrapped):
            return Strip.blank(width, self.rich_style)
        kind, text = self._wrapped[index]
        style = self.get_component_rich_style(f"log-view--{kind}")
        return Strip([Segment(text, style)]).adjust_cell_length(width, self.rich_style)


def wrap(text: str, width: int) -> list[str]:
    """The text in rows of at most ``width`` letters; broken at a blank where one is near."""
    if width < 8 or len(text) <= width:
        return [text]
    rows = []
    while len(text) > width:
        blank = text.rfind(" ", width // 2, width + 1)
        cut = blank if blank > 0 else width
        rows.append(text[:cut])
        text = text[cut:].lstrip(" ")
    return [*rows, text] if text else rows
