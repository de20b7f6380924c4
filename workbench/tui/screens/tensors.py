"""Tensors for people who learn: what goes through the model, with each line in plain words."""

from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.api.events import TensorsRead
from workbench.api.tensors import TensorView
from workbench.core.tensors import facts_of, shape_text
from workbench.core.text import printable
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.hanging import hanging
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, plain

Look = Callable[[str, range, Callable[[TensorsRead | str], None]], None]
"""Looks into the tensors of items of a split, and calls back with them, or with why not."""

_SPLITS = ("train", "test")
_FACT = 14
_COLUMNS = (
    Column("tensor", 0),
    Column("kind", 10),
    Column("shape", 14),
    Column("dtype", 9, rank=2),
    Column("mean", 10, "right", rank=1),
    Column("std", 9, "right", rank=1),
    Column("from", 10, "right", rank=3),
    Column("to", 10, "right", rank=3),
)
_STYLES = {
    "data": "$foreground",
    "output": "$accent",
    "weight": "$primary",
    "gradient": "$warning",
    "optimizer": "$muted",
}


class TensorsScreen(DialogScreen[None]):
    """A table of all tensors, and below it the one under the cursor, explained."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "back", id="tensors.back", tooltip="Go back."),
        Binding("right,l", "step(1)", "next", id="tensors.next", tooltip="The next items."),
        Binding(
            "left,h", "step(-1)", "previous", id="tensors.previous", tooltip="The items before."
        ),
        Binding("b", "batch", "batch", id="tensors.batch", tooltip="One item, or a whole batch."),
        Binding("s", "split", "split", id="tensors.split", tooltip="Training or test items."),
        Binding("y", "copy", "copy", id="tensors.copy", tooltip="Copy the command."),
    ]

    def __init__(self, reference: str, batch_size: int, sizes: dict[str, int], look: Look) -> None:
        super().__init__()
        self._reference = reference
        self._batch_size = batch_size
        self._sizes = sizes
        self._look = look
        self._split = _SPLITS[0]
        self._items = range(1)
        self._asked = 0
        self._views: dict[str, TensorView] = {}

    def compose(self) -> ComposeResult:
        """The table and the explanation."""
        keys = ("↑↓ tensors", "←→ items", "b batch", "s split", "tab read on", "esc back")
        with Frame(f"Tensors of {self._reference}", *keys, classes="-tensors"):
            yield Static(id="tensors-head", markup=False)
            yield LongTable("…", id="tensors-table")
            with VerticalScroll(id="tensors-about"):
                yield Static(id="tensors-facts", markup=False)
            yield Static(id="tensors-command", markup=False)

    def on_mount(self) -> None:
        """Look at the first item."""
        self.query_one(LongTable).focus()
        self._ask()

    def _ask(self) -> None:
        self._asked += 1
        number = self._asked
        self._say(Content.styled("looking into the model …", "$muted"))
        self._show_command()

        def take(found: TensorsRead | str) -> None:
            if number == self._asked and self.is_attached:
                self._take(found)

        self._look(self._split, self._items, take)

    def on_resize(self) -> None:
        """Lay the words out anew."""
        self.call_after_refresh(self._explain)

    def _take(self, found: TensorsRead | str) -> None:
        if isinstance(found, str):
            self._say(Content.styled(f"✗ {printable(found)}", "$error"))
            return
        first, last = self._items[0], self._items[-1]
        which = f"{self._split} item {first:,}"
        if last > first:
            which = f"{self._split} items {first:,} to {last:,}, as one batch"
        self._say(
            Content.assemble(
                (which, "bold"),
                f" through the model after {found.step:,} batches",
            )
        )
        key = self.query_one(LongTable).key
        self._views = {view.name: view for view in found.tensors}
        self.query_one(LongTable).show(
            _COLUMNS, list(self._views), lambda name: _cells(self._views[name])
        )
        if key is None or key not in self._views:
            self.query_one(LongTable).move_to(0)
        self._explain()

    def _say(self, content: Content) -> None:
        self.query_one("#tensors-head", Static).update(content)

    @on(LongTable.Moved)
    def _explain(self) -> None:
        """Explain the tensor under the cursor."""
        key = self.query_one(LongTable).key
        self._show_command()
        if key is not None and key in self._views:
            panel = self.query_one("#tensors-facts", Static)
            lines = explanation(self._views[key], panel.size.width)
            panel.update(Content("\n").join(lines))
            self.query_one("#tensors-about").scroll_home(animate=False)

    @property
    def _command(self) -> str:
        words = ["workbench", "tensors", self._reference]
        key = self.query_one(LongTable).key
        if key is not None:
            words.append(key)
        if self._split != _SPLITS[0]:
            words += ["--split", self._split]
        if self._items[0]:
            words += ["--index", str(self._items[0])]
        if len(self._items) > 1:
            words += ["--count", str(len(self._items))]
        return " ".join(words)

    def _show_command(self) -> None:
        self.query_one("#tensors-command", Static).update(shown_command(self._command))

    def action_step(self, by: int) -> None:
        """Look at the items that follow, or at those before."""
        self._go_to(self._items[0] + by * len(self._items), len(self._items))

    def action_batch(self) -> None:
        """Look at a batch, or at its first item."""
        self._go_to(self._items[0], 1 if len(self._items) > 1 else self._batch_size)

    def action_split(self) -> None:
        """Look at the other split."""
        self._split = _SPLITS[1 - _SPLITS.index(self._split)]
        self._go_to(0, len(self._items))

    def _go_to(self, first: int, count: int) -> None:
        size = self._sizes.get(self._split, first + count)
        if 0 <= first < size:
            self._items = range(first, min(first + count, size))
            self._ask()

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command)


def explanation(view: TensorView, width: int) -> list[Content]:
    """A tensor's facts with what they mean, and some of its values."""
    lines = [Content.styled(printable(view.name), "bold")]
    facts = facts_of(view)
    value = min(24, max(len(fact.value) for fact in facts))
    by = _FACT + value + 2
    lines += [
        Content.assemble(
            (f"{fact.name:<{_FACT}}", "$muted"),
            (f"{printable(fact.value):<{value}}  ", "bold"),
            hanging(fact.meaning, width - by, by),
        )
        for fact in facts
    ]
    where = ", ".join(map(str, view.first))
    lines += [Content(""), Content.styled(f"values from [{where}] on", "$muted")]
    rows = ("".join(f"{float(value):>9.3g}" for value in row) for row in view.values)
    return [*lines, *map(Content, rows)]


def _cells(view: TensorView) -> tuple[Cell, ...]:
    numbers = (view.mean, view.std, view.min, view.max)
    return (
        plain(printable(view.name), "bold"),
        plain(view.kind, _STYLES[view.kind]),
        plain(shape_text(view.shape)),
        plain(printable(view.dtype), "$muted"),
        *(plain(f"{float(value):.3g}") for value in numbers),
    )
