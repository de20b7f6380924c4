"""A table of very many rows: lays out those that are seen, and paints what changed."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.geometry import Region, Size
from textual.message import Message
from textual.scroll_view import ScrollView
from textual.strip import Strip

from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, columns_that_fit, fit, plain, widths_of

CellsOf = Callable[[str], Sequence[Cell]]
"""The cells of the row with a key, one a column."""
_GUTTER = 3
_ROOMY = 100
_CURSOR, _MARK = "▸", "◆"


class LongTable(ScrollView, can_focus=True):
    """The cursor stays with its row while rows come, go and change; a row can be marked."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {"long-table--cursor", "long-table--head"}
    DEFAULT_CSS = """
    LongTable {
        height: 1fr;
        background: $background;
        overflow-x: hidden;
        scrollbar-size-vertical: 1;
        .long-table--head { color: $muted; }
        .long-table--cursor { background: $block-cursor-blurred-background; }
        &:focus .long-table--cursor {
            background: $block-cursor-background;
            color: $block-cursor-foreground;
            text-style: $block-cursor-text-style;
        }
    }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down,j", "move(1)", "down", show=False, id="table.down", tooltip="Next row."),
        Binding("up,k", "move(-1)", "up", show=False, id="table.up", tooltip="Previous row."),
        Binding("pagedown,ctrl+f", "page(1)", "page down", show=False, id="table.page_down"),
        Binding("pageup,ctrl+b", "page(-1)", "page up", show=False, id="table.page_up"),
        Binding("home,g", "to(0)", "first", show=False, id="table.first", tooltip="First row."),
        Binding("end,G", "to(-1)", "last", show=False, id="table.last", tooltip="Last row."),
        Binding("enter", "choose", "open", id="table.open", tooltip="Open the row."),
    ]

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        table: "LongTable"
        key: str

        @property
        def control(self) -> "LongTable":
            """The table, for ``@on`` selectors."""
            return self.table

    @dataclass
    class Chosen(Message):
        """Enter, or a double click, on a row."""

        table: "LongTable"
        key: str

        @property
        def control(self) -> "LongTable":
            """The table, for ``@on`` selectors."""
            return self.table

    @dataclass
    class HeadClicked(Message):
        """A click on the title of a column."""

        table: "LongTable"
        title: str

        @property
        def control(self) -> "LongTable":
            """The table, for ``@on`` selectors."""
            return self.table

    def __init__(self, nothing: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self.nothing = nothing
        self.is_shown = False
        self._columns: tuple[Column, ...] = ()
        self._keys: tuple[str, ...] = ()
        self._cells: CellsOf = lambda _: ()
        self._marked: frozenset[str] = frozenset()
        self._heads: dict[str, str] = {}
        self._cursor = 0
        self._painted: dict[int, Cell] = {}
        self._looks: dict[tuple[str, str], Style] = {}

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        return self._keys[self._cursor] if self._keys else None

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys of all rows in their order."""
        return self._keys

    @property
    def columns_shown(self) -> list[Column]:
        """The columns that there is room for."""
        return self._layout()[0]

    def show(
        self,
        columns: Sequence[Column],
        keys: Sequence[str],
        cells: CellsOf,
        marked: frozenset[str] = frozenset(),
        heads: dict[str, str] | None = None,
    ) -> None:
        """Show these rows; ``heads`` says what stands beside the titles of columns."""
        before, place = self.key, self._cursor
        self.is_shown = True
        self._columns, self._cells, self._marked = tuple(columns), cells, marked
        self._heads = heads or {}
        if tuple(keys) != self._keys:
            self._keys = tuple(keys)
            self._cursor = self._keys.index(before) if before in self._keys else place
            self._cursor = max(0, min(self._cursor, len(self._keys) - 1))
            self.virtual_size = Size(0, len(self._keys) + 1)
            self._reveal()
        self.repaint()
        if self.key != before and self.key is not None:
            self.post_message(self.Moved(self, self.key))

    def repaint(self) -> None:
        """Paint the lines that differ from what is on the screen."""
        width = self.size.width
        for y in range(self.size.height):
            if self._painted.get(y) != self._line(y):
                self.refresh(Region(0, y, width, 1))

    def on_resize(self) -> None:
        """Lay out anew."""
        self._painted.clear()
        self._reveal()

    def on_focus(self) -> None:
        """The cursor looks another way."""
        self._forget()

    def on_blur(self) -> None:
        """The cursor looks another way."""
        self._forget()

    def notify_style_update(self) -> None:
        """The theme changed."""
        super().notify_style_update()
        self._forget()

    def _forget(self) -> None:
        self._looks.clear()
        self._painted.clear()

    def render_line(self, y: int) -> Strip:
        """One line."""
        line = self._painted[y] = self._line(y)
        part = "head" if y == 0 else "cursor" if self._is_cursor(y) else ""
        segments = [Segment(text, self._look(part, style)) for text, style in line if text]
        width = self.scrollable_content_region.width
        return Strip(segments).adjust_cell_length(width, self._look(part, ""))

    def _is_cursor(self, y: int) -> bool:
        return bool(self._keys) and y - 1 + self.scroll_offset.y == self._cursor

    def _look(self, part: str, style: str) -> Style:
        look = self._looks.get((part, style))
        if look is None:
            base = self.get_visual_style(f"long-table--{part}") if part else self.visual_style
            full = base + self.app.stylesheet.parse_style(style) if style else base
            look = self._looks[part, style] = full.rich_style
        return look

    def _layout(self) -> tuple[list[Column], list[int], int]:
        width = self.scrollable_content_region.width - _GUTTER
        gap = 1 if width < _ROOMY else 2
        shown = columns_that_fit(self._columns, width, gap) if self._columns else []
        return shown, widths_of(shown, width, gap), gap

    def _line(self, y: int) -> Cell:
        if y == 0:
            return self._head_line()
        index = y - 1 + self.scroll_offset.y
        if index >= len(self._keys):
            is_note = y == 1 and not self._keys and self.is_shown
            return ((f"   {self.nothing}", "$muted"),) if is_note else ()
        key = self._keys[index]
        cursor = _CURSOR if index == self._cursor else " "
        mark = _MARK if key in self._marked else " "
        return ((cursor, "bold $accent"), (f"{mark} ", "$accent"), *self._row(self._cells(key)))

    def _row(self, cells: Sequence[Cell]) -> Cell:
        shown, widths, gap = self._layout()
        kept = [pair for pair in zip(self._columns, cells, strict=True) if pair[0] in shown]
        parts: list[tuple[str, str]] = []
        for (column, cell), width in zip(kept, widths, strict=True):
            parts += [*fit(cell, width, column.align), (" " * gap, "")]
        return tuple(parts)

    def _head_line(self) -> Cell:
        cells = [
            plain(f"{column.title}{sign}", "bold $accent" if sign else "")
            for column in self._columns
            for sign in [self._heads.get(column.title, "")]
        ]
        return ((" " * _GUTTER, ""), *self._row(cells))

    def action_move(self, by: int) -> None:
        """Move by rows."""
        self.move_to(self._cursor + by)

    def action_page(self, by: int) -> None:
        """Move by pages."""
        self.move_to(self._cursor + by * max(1, self.size.height - 2))

    def action_to(self, index: int) -> None:
        """Go to a row; -1 is the last one."""
        self.move_to(index if index >= 0 else len(self._keys) - 1)

    def action_choose(self) -> None:
        """Open the row."""
        if self.key is not None:
            self.post_message(self.Chosen(self, self.key))

    def move_to(self, index: int) -> None:
        """Put the cursor on a row, or on the nearest one that there is."""
        index = max(0, min(index, len(self._keys) - 1))
        if index != self._cursor and self._keys:
            self._cursor = index
            self._reveal()
            self.repaint()
            self.post_message(self.Moved(self, self._keys[index]))

    def _reveal(self) -> None:
        rows = self.size.height - 1
        top = self.scroll_offset.y
        if self._cursor < top:
            self.scroll_to(y=self._cursor, animate=False)
        elif rows > 0 and self._cursor >= top + rows:
            self.scroll_to(y=self._cursor - rows + 1, animate=False)

    def on_click(self, event: events.Click) -> None:
        """A click moves the cursor, a double click opens; one on a title says so."""
        if event.y == 0:
            self._click_head(event.x)
            return
        index = event.y - 1 + self.scroll_offset.y
        if index < len(self._keys):
            self.move_to(index)
            if event.chain == 2:
                self.action_choose()

    def _click_head(self, x: int) -> None:
        shown, widths, gap = self._layout()
        at = _GUTTER
        for column, width in zip(shown, widths, strict=True):
            if at <= x < at + width + gap:
                self.post_message(self.HeadClicked(self, column.title))
            at += width + gap
