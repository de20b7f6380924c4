"""A table of rows to choose from, with its columns named above."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message
from textual.widgets import OptionList, Static
from textual.widgets.option_list import Option

from workbench.tui.widgets.choice_list import ChoiceList

Cell = str | Content


@dataclass(frozen=True)
class Column:
    """``width`` 0 takes what the others leave; ``rank`` says what goes first where room is short.

    Columns of the highest rank are left out first; those of rank 0 never.
    """

    title: str
    width: int
    align: Literal["left", "right"] = "left"
    rank: int = 0


@dataclass(frozen=True)
class Row:
    """A row's key and its cells, one a column."""

    key: str
    cells: tuple[Cell, ...]


_GAP = 2
_FLEXIBLE_LEAST = 14


class RowList(Vertical):
    """Keeps the chosen row while rows come, go and change; repaints only what differs."""

    DEFAULT_CSS = """
    RowList { height: 1fr; }
    RowList > Static { height: 1; color: $muted; padding: 0 1; }
    RowList > OptionList {
        height: 1fr;
        border: none;
        padding: 0;
        background: $background;
        scrollbar-size-vertical: 1;
    }
    RowList > OptionList:focus { border: none; background-tint: $background 0%; }
    RowList > OptionList > .option-list--option { padding: 0 1; }
    RowList .row-list--nothing { color: $muted; }
    """

    @dataclass
    class Chosen(Message):
        """Enter on a row."""

        row_list: "RowList"
        key: str

        @property
        def control(self) -> "RowList":
            """The list, for ``@on`` selectors."""
            return self.row_list

    @dataclass
    class Moved(Message):
        """The cursor is on another row."""

        row_list: "RowList"
        key: str

        @property
        def control(self) -> "RowList":
            """The list, for ``@on`` selectors."""
            return self.row_list

    def __init__(self, columns: Sequence[Column], nothing: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._columns = tuple(columns)
        self.nothing = nothing
        self._rows: tuple[Row, ...] = ()
        self._prompts: list[Content] = []
        self.is_shown = False

    def compose(self) -> ComposeResult:
        """The names of the columns, and the rows."""
        yield Static(markup=False)
        yield ChoiceList(markup=False)

    @property
    def key(self) -> str | None:
        """The key of the row under the cursor."""
        at = self.query_one(OptionList).highlighted
        return self._rows[at].key if at is not None and at < len(self._rows) else None

    def show(self, rows: Sequence[Row], columns: Sequence[Column] | None = None) -> None:
        """Show these rows instead of those before; other columns too, if they are given."""
        before, self._rows = self._rows, tuple(rows)
        self.is_shown = True
        is_other = columns is not None and tuple(columns) != self._columns
        if columns is not None:
            self._columns = tuple(columns)
        if is_other:
            self._rebuild(self.key_of(before))
        elif [row.key for row in before] == [row.key for row in self._rows] and self._prompts:
            self._update()
        else:
            self._rebuild(self.key_of(before))

    def key_of(self, rows: Sequence[Row]) -> str | None:
        """The key of the row under the cursor among these rows."""
        at = self.query_one(OptionList).highlighted
        return rows[at].key if at is not None and at < len(rows) else None

    def on_resize(self) -> None:
        """Lay out the columns anew."""
        self._rebuild(self.key)

    def _rebuild(self, key: str | None) -> None:
        options = self.query_one(OptionList)
        width = self.size.width - 3  # a blank at both sides, and the scrollbar
        if width < _FLEXIBLE_LEAST:
            return
        titles = Row("", tuple(column.title for column in self._columns))
        self.query_one(Static).update(lay_out(titles, self._columns, width))
        self._prompts = [lay_out(row, self._columns, width) for row in self._rows]
        options.clear_options()
        if not self._rows and self.is_shown:
            words = Content.styled(self.nothing, "$muted")
            options.add_option(Option(words, disabled=True))
            return
        options.add_options([Option(prompt) for prompt in self._prompts])
        keys = [row.key for row in self._rows]
        options.highlighted = keys.index(key) if key in keys else 0

    def _update(self) -> None:
        options = self.query_one(OptionList)
        width = self.size.width - 3
        for index, row in enumerate(self._rows):
            prompt = lay_out(row, self._columns, width)
            if not prompt.is_same(self._prompts[index]):
                self._prompts[index] = prompt
                options.replace_option_prompt_at_index(index, prompt)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Enter."""
        event.stop()
        if event.option_index < len(self._rows):
            self.post_message(self.Chosen(self, self._rows[event.option_index].key))

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """The cursor moved."""
        event.stop()
        if event.option_index < len(self._rows):
            self.post_message(self.Moved(self, self._rows[event.option_index].key))


def lay_out(row: Row, columns: Sequence[Column], width: int) -> Content:
    """A row as one line of the columns that fit."""
    shown = fitting(columns, width)
    fixed = sum(column.width for column in shown) + _GAP * (len(shown) - 1)
    flexible = sum(not column.width for column in shown)
    parts = []
    for column, cell in zip(columns, row.cells, strict=True):
        if column not in shown:
            continue
        room = column.width or max(1, (width - fixed) // flexible)
        text = cell if isinstance(cell, Content) else Content(cell)
        text = text.truncate(room, ellipsis=True)
        pad = room - text.cell_length
        parts.append(text.pad_left(pad) if column.align == "right" else text.pad_right(pad))
    return Content(" " * _GAP).join(parts)


def fitting(columns: Sequence[Column], width: int) -> list[Column]:
    """The columns without those that there is no room for."""
    shown = list(columns)
    while True:
        used = sum(column.width or _FLEXIBLE_LEAST for column in shown) + _GAP * (len(shown) - 1)
        worst = max(shown, key=lambda column: column.rank)
        if used <= width or worst.rank == 0:
            return shown
        shown.remove(worst)
