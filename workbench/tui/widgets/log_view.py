"""Lines of a log, the newest at the bottom."""

from collections.abc import Iterable
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Size
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.core.text import visible

Line = tuple[str, str]
"""A line's kind, which names its style ``log-view--KIND``, and its text."""

_LIMIT = 5_000
_READING = 10
"""So many times as much is kept while someone has scrolled up: what one reads is not taken away,
but a log that is left so for days is not kept whole either."""


class LogView(ScrollView, can_focus=True):
    """Follows the end unless one has scrolled up; long lines are wrapped.

    It keeps some thousand lines; the whole log is in the run's folder.
    """

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
        self._styles: dict[str, Style] = {}

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
        is_at_end, row = self._is_at_end, self.scroll_offset.y
        kept = _LIMIT if is_at_end else _READING * _LIMIT
        if len(self._lines) <= 2 * kept:
            self._add_wrapped(new)
            return
        self._wrapped += self._in_rows(new)
        rows = len(self._wrapped)
        self.show(self._lines[-kept:])
        if not is_at_end:  # the same lines stay in sight
            row = max(0, row - (rows - len(self._wrapped)))
            self.scroll_to(y=row, animate=False, immediate=True)

    def on_resize(self) -> None:
        """Wrap anew for another width."""
        if self.scrollable_content_region.width != self._width:
            self._wrapped = []
            self._add_wrapped(self._lines)

    def _add_wrapped(self, lines: list[Line]) -> None:
        was_at_end = self._is_at_end
        self._width = self.scrollable_content_region.width
        self._wrapped += self._in_rows(lines)
        size = Size(self._width, len(self._wrapped))
        has_scrollbar = size.height > self.size.height
        is_longer = size.height >= self.virtual_size.height
        if is_longer and has_scrollbar == self.show_vertical_scrollbar:
            self._grow(size, was_at_end)
        else:
            self.virtual_size = size
        self.refresh()

    def _in_rows(self, lines: list[Line]) -> list[Line]:
        return [
            (kind, part)
            for kind, text in lines
            for part in wrap(visible(text).rstrip(), self._width)
        ]

    @property
    def _is_at_end(self) -> bool:
        return self.scroll_offset.y >= self.max_scroll_y

    def _grow(self, size: Size, was_at_end: bool) -> None:
        """Take another length without the layout of the screen, which takes longer than all else
        that is drawn for some trained batches."""
        self.set_reactive(LogView.virtual_size, size)
        if self.show_vertical_scrollbar:
            self.vertical_scrollbar.window_virtual_size = size.height
        if was_at_end:
            self.scroll_end(animate=False, immediate=True, x_axis=False)

    def render_line(self, y: int) -> Strip:
        """One row."""
        index = y + self.scroll_offset.y
        width = self.scrollable_content_region.width
        if index >= len(self._wrapped):
            return Strip.blank(width, self._style(""))
        kind, text = self._wrapped[index]
        return Strip([Segment(text, self._style(kind))]).adjust_cell_length(width, self._style(""))

    def notify_style_update(self) -> None:
        """A theme, or where the focus is, changed."""
        super().notify_style_update()
        self._styles.clear()

    def _style(self, kind: str) -> Style:
        style = self._styles.get(kind)
        if style is None:
            name = f"log-view--{kind}"
            style = self.get_component_rich_style(name) if kind else self.rich_style
            self._styles[kind] = style
        return style


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
