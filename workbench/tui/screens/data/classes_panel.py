"""The panel of a dataset's classes, or of a regression's targets, with its filter."""

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList

from workbench.api.specs import DatasetSpec
from workbench.core.data.summary import DatasetSummary
from workbench.tui.screens.data import classes
from workbench.tui.screens.filter_line import FilterField, FilterLine
from workbench.tui.widgets.row_list import Column, RowList


class ClassesPanel(Vertical):
    """Its list is ``#classes``, which tells what is chosen."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._about: tuple[DatasetSpec, DatasetSummary | None] | None = None
        self._words = ""

    def compose(self) -> ComposeResult:
        """The list over the line of the filter."""
        self.border_title = Content.styled("Classes", "bold")
        yield RowList((Column("class", 0),), "No such class.", id="classes")
        yield FilterLine(id="classes-filter")

    @property
    def _options(self) -> OptionList:
        return self.query_one("#classes OptionList", OptionList)

    def show(self, spec: DatasetSpec, summary: DatasetSummary | None) -> None:
        """Show those of a dataset that have the words of the filter."""
        self._about = (spec, summary)
        named = "Targets" if spec.task == "regression" else "Classes"
        self.border_title = Content.styled(named, "bold")
        rows = classes.having(classes.rows(spec, summary), self._words)
        self.query_one("#classes", RowList).show(rows, classes.columns(spec, summary))

    def begin(self) -> None:
        """Put the cursor on the first line."""
        self._options.highlighted = 0

    def enter(self) -> None:
        """Put the focus on the list."""
        self._options.focus()

    def open_filter(self) -> None:
        """Begin to type what the classes must have."""
        self.query_one(FilterLine).open()

    def close_filter(self) -> bool:
        """Show all classes again; whether there was a filter."""
        line = self.query_one(FilterLine)
        was_open = line.is_open
        if was_open:
            line.close()
            self.enter()
        return was_open

    @on(FilterLine.Typed)
    def _filter(self, event: FilterLine.Typed) -> None:
        self._words = event.words
        if self._about is not None:
            self.show(*self._about)

    @on(FilterField.Left)
    def _leave_filter(self) -> None:
        self.enter()
