"""The runs on the left: their states, and how many checkpoints each has."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from textual import on
from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.message import Message

from workbench.core.runs import RunFolder
from workbench.core.text import printable
from workbench.tui import states
from workbench.tui.run_index import RunGlance
from workbench.tui.screens.checkpoints.columns import SAMPLE_SIGN
from workbench.tui.screens.checkpoints.reading import SavedRun
from workbench.tui.screens.filter_line import FilterField, FilterLine, has_words
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, plain

_COLUMNS = (Column("run", 0), Column("saved", 5, "right"))
NO_RUNS = "No runs yet; press 1 and then t to train one."


class RunsPanel(Vertical):
    """Keeps the cursor on its run while others come and go."""

    @dataclass
    class Chosen(Message):
        """The cursor is on another run."""

        run: RunFolder

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._runs: dict[str, SavedRun] = {}
        self._glances: Mapping[str, RunGlance] = {}
        self._words = ""
        self._wanted = ""
        self.chosen: RunFolder | None = None

    def compose(self) -> ComposeResult:
        """The table over the filter."""
        self.border_title = Content.styled("Runs", "bold")
        yield LongTable("Reading …", id="checkpoint-runs")
        yield FilterLine(id="runs-words")

    @property
    def table(self) -> LongTable:
        """The table."""
        return self.query_one(LongTable)

    def take(self, runs: Sequence[SavedRun]) -> None:
        """Show the runs as they are now."""
        self._runs = {run.run.name: run for run in runs}
        self.table.nothing = NO_RUNS
        self._show()

    def glance(self, glances: Sequence[RunGlance]) -> None:
        """Show how the runs are going."""
        self._glances = {glance.run.name: glance for glance in glances}
        self._show()

    def begin_with(self, run: RunFolder) -> None:
        """Choose a run before the runs were read."""
        self.chosen = run
        self.post_message(self.Chosen(run))

    def go_to(self, name: str) -> None:
        """Choose a run as soon as it is in the table."""
        self._wanted = name

    def _show(self) -> None:
        words = self._words.lower().split()
        shown = [name for name, run in self._runs.items() if self._has(run, words)]
        table = self.table
        table.show(_COLUMNS, shown, self._cells)
        if self._wanted in shown:
            self._choose(self._wanted)  # now: another reading may come before the cursor's message
            self._wanted = ""
        if self.chosen is not None and self.chosen.name in shown:
            table.move_to(shown.index(self.chosen.name))
        elif table.key is not None:
            self._choose(table.key)

    def _has(self, run: SavedRun, words: Sequence[str]) -> bool:
        glance = self._glances.get(run.run.name)
        told = f"{glance.title} {glance.overview.state}" if glance else ""
        return has_words(f"{run.run.name} {told}", words)

    def _cells(self, name: str) -> tuple[Cell, Cell]:
        count, glance = self._runs[name].count, self._glances.get(name)
        number = plain(f"{count:,}", "" if count else "$muted")
        if glance is None:
            return (("  ", ""), (printable(name), "bold")), number
        seen = glance.overview
        sample = (f" {SAMPLE_SIGN}", "bold $warning") if seen.is_sample else ("", "")
        sign = (f"{states.glyph(seen.state)} ", states.color(seen.state))
        return (sign, (printable(name), "bold"), sample), number

    @on(LongTable.Moved)
    def _moved(self, event: LongTable.Moved) -> None:
        event.stop()
        self._choose(event.key)

    def _choose(self, name: str) -> None:
        run = self._runs[name].run if name in self._runs else None
        if run is not None and run != self.chosen:
            self.chosen = run
            self.post_message(self.Chosen(run))

    def filter(self) -> None:
        """Begin to type what the runs must have."""
        self.query_one(FilterLine).open()

    def leave(self) -> None:
        """Show all runs again."""
        self.query_one(FilterLine).close()
        self.table.focus()

    @on(FilterLine.Typed)
    def _filter(self, event: FilterLine.Typed) -> None:
        event.stop()
        self._words = event.words
        self._show()

    @on(FilterField.Left)
    def _leave_line(self, event: FilterField.Left) -> None:
        event.stop()
        self.table.focus()
