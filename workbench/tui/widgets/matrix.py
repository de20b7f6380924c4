"""A confusion matrix as a heat map with numbers."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from workbench.core.text import printable
from workbench.tui.widgets.picture_grid import cut

_LABEL = 12
_WIDEST = 9


class ConfusionMatrix(Widget, can_focus=True):
    """Rows are the actual classes, columns the predicted ones; the cursor is on a cell."""

    DEFAULT_CSS = """
    ConfusionMatrix { height: auto; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1, 0)", "left", show=False, id="matrix.left"),
        Binding("right,l", "move(1, 0)", "right", show=False, id="matrix.right"),
        Binding("up,k", "move(0, -1)", "up", show=False, id="matrix.up"),
        Binding("down,j", "move(0, 1)", "down", show=False, id="matrix.down"),
        Binding(
            "enter", "choose", "images", id="matrix.choose", tooltip="Show the images of the cell."
        ),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another cell."""

        actual: int
        predicted: int

    @dataclass
    class Chosen(Message):
        """Enter on a cell."""

        actual: int
        predicted: int

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._names: tuple[str, ...] = ()
        self._counts: tuple[tuple[int, ...], ...] = ()
        self._at = (0, 0)
        self._corner = (0, 0)
        self._label = 1
        self._digits = 1

    def show(self, names: Sequence[str], counts: Sequence[Sequence[int]]) -> None:
        """Show these counts, ``counts[actual][predicted]``; begin at the worst mistake."""
        shown = tuple(names), tuple(tuple(row) for row in counts)
        if shown != (self._names, self._counts):
            self._names, self._counts = shown
            longest = max((len(printable(name)) for name in names), default=1)
            self._label = min(_LABEL, longest)
            self._digits = max((len(str(max(row))) for row in shown[1] if row), default=1)
            self._at = worst(counts)
            self._scroll()
            self.refresh(layout=True)

    @property
    def at(self) -> tuple[int, int]:
        """The actual and the predicted class under the cursor."""
        return self._at

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """A line of names above the rows."""
        return len(self._names) + 1

    def on_resize(self) -> None:
        """Keep the cursor in sight, and as much as there is room for."""
        self._corner = (0, 0)
        self._scroll()

    @property
    def _cell(self) -> int:
        """As wide as there is room for, and at least for the largest number."""
        room = (self.size.width - self._label - 1) // max(1, len(self._names))
        return max(self._digits + 1, min(_WIDEST, room))

    @property
    def _columns(self) -> range:
        first, count = self._corner[1], (self.size.width - self._label - 1) // self._cell
        return range(first, min(len(self._names), first + max(1, count)))

    @property
    def _rows(self) -> range:
        first = self._corner[0]
        return range(first, min(len(self._names), first + max(1, self.size.height - 1)))

    def _scroll(self) -> None:
        if not self.size:
            return
        rows, columns = len(self._rows), len(self._columns)
        actual, predicted = self._at
        top, left = self._corner
        self._corner = (
            min(actual, max(top, actual - rows + 1)),
            min(predicted, max(left, predicted - columns + 1)),
        )

    def action_move(self, right: int, down: int) -> None:
        """Move the cursor."""
        last = len(self._names) - 1
        actual, predicted = self._at
        at = (min(max(0, actual + down), last), min(max(0, predicted + right), last))
        if last >= 0 and at != self._at:
            self._at = at
            self._scroll()
            self.refresh()
            self.post_message(self.Moved(*at))

    def action_choose(self) -> None:
        """Show the images of the cell."""
        if self._names:
            self.post_message(self.Chosen(*self._at))

    def on_click(self, event: events.Click) -> None:
        """Go to the cell under the pointer; a second click shows its images."""
        row, column = event.y - 1, (event.x - self._label - 1) // self._cell
        if 0 <= row < len(self._rows) and 0 <= column < len(self._columns):
            at = (self._rows[row], self._columns[column])
            if at == self._at:
                self.action_choose()
            self._at = at
            self.refresh()
            self.post_message(self.Moved(*at))

    def render_line(self, y: int) -> Strip:
        """The names of the columns, or a row."""
        width = self.size.width
        if y == 0:
            segments = self._head()
        elif y - 1 < len(self._rows):
            segments = self._row(self._rows[y - 1])
        else:
            segments = []
        return Strip(segments).adjust_cell_length(width, self.rich_style)

    def _color(self, name: str) -> Color:
        return Color.parse(self.app.theme_variables[name])

    def _style(self, name: str, *, bold: bool = False) -> Style:
        return self.rich_style + Style(color=self._color(name).rich_color, bold=bold)

    def _head(self) -> list[Segment]:
        parts = [Segment(" " * (self._label + 1), self.rich_style)]
        for column in self._columns:
            is_here = self.has_focus and column == self._at[1]
            name = printable(self._names[column])[: self._cell - 1]
            look = self._style("foreground" if is_here else "muted", bold=is_here)
            parts.append(Segment(name.rjust(self._cell), look))
        return parts

    def _row(self, actual: int) -> list[Segment]:
        is_here = self.has_focus and actual == self._at[0]
        look = self._style("foreground" if is_here else "muted", bold=is_here)
        parts = [Segment(cut(printable(self._names[actual]), self._label) + " ", look)]
        total = sum(self._counts[actual]) or 1
        return parts + [self._number(actual, column, total) for column in self._columns]

    def _number(self, actual: int, predicted: int, total: int) -> Segment:
        count = self._counts[actual][predicted]
        text = f"{count or '·'}"
        if (actual, predicted) == self._at and self.has_focus:
            mark = Style(reverse=True, bold=True)
            return Segment(f"{text:>{self._cell}}", self._style("foreground") + mark)
        if not count:
            return Segment(f"{text:>{self._cell}}", self._style("faint"))
        heat = (count / total) ** 0.5
        is_right = actual == predicted
        ink = self._color("success" if is_right else "error")
        if self.app.current_theme.ansi:
            style = self.rich_style + Style(color=ink.rich_color, bold=is_right)
        else:
            ground = self._color("background").blend(ink, 0.08 + 0.6 * heat)
            style = Style(
                color=self._color("foreground").rich_color,
                bgcolor=ground.rich_color,
                bold=is_right,
            )
        return Segment(f"{text:>{self._cell}}", style)


def worst(counts: Sequence[Sequence[int]]) -> tuple[int, int]:
    """The cell with the most frequent mistake; the first cell where there is none."""
    mistakes = [
        (count, -actual, -predicted)
        for actual, row in enumerate(counts)
        for predicted, count in enumerate(row)
        if actual != predicted and count
    ]
    _, actual, predicted = max(mistakes, default=(0, 0, 0))
    return -actual, -predicted
