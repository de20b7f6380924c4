"""The Runs screen: every run of the runs folder, kept up to date."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Input

from workbench.core.text import printable
from workbench.tui.command_line import copy_command
from workbench.tui.screens.filter_line import FilterField, FilterLine
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.runs.actions import ACTIONS, COMPARE, OPEN_COMMAND
from workbench.tui.screens.runs.columns import columns_for
from workbench.tui.screens.runs.deeds import Deeds
from workbench.tui.screens.runs.details import RunDetails
from workbench.tui.screens.runs.listing import Listing
from workbench.tui.screens.runs.preview import RunPreview
from workbench.tui.screens.runs.reading import ListedRun, RunsRead, RunsReader
from workbench.tui.screens.runs.watching import REFRESH_S, RunsWatch
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.titles import set_titles

_IN_BAR = ("compare", "repeat", "pause", "resume", "start", "stop", "delete", "cancel", "rename")


class RunsScreen(PlaceScreen):
    """A table, and below it the run under the cursor."""

    PLACE = "runs"
    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = "#runs"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "mark", "mark", id="runs.mark", tooltip="Mark the run, or unmark it."),
        Binding("slash", "filter", "filter", key_display="/", id="runs.filter",
                tooltip="Show only the runs that have what you type."),
        *(action.binding(action.name in _IN_BAR) for action in ACTIONS),
        Binding("m", "menu", "menu", id="runs.menu", tooltip="All actions with their commands."),
        Binding("a", "mark_all", "all", id="runs.mark_all", tooltip="Mark all that are shown."),
        Binding("o", "sort", "sort", id="runs.sort", tooltip="Sort by the next column."),
        Binding("O", "turn", "turn", show=False, id="runs.turn", tooltip="Turn the order around."),
        Binding("u", "undo", "undo", id="runs.undo",
                tooltip="Take back the last deletion, name or cancelling."),
        Binding("y", "copy", "copy", id="runs.copy", tooltip="Copy the command that is shown."),
        Binding("escape", "leave", "all runs", show=False, id="runs.leave",
                tooltip="Show all runs; take the marks away."),
        Binding("d", "refuse_delete", "delete", show=False, id="runs.refuse_delete",
                tooltip="Live runs can't be deleted; says which ones they are."),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._listing = Listing()
        self._watch: RunsWatch | None = None
        self._deeds = Deeds(self)
        self._is_dispatching = True
        self._command = ""
        self._wanted = ""
        self._offered: frozenset[str] = frozenset()

    def compose_body(self) -> Iterable[Widget]:
        """The table over the details."""
        with Vertical(classes="panel", id="runs-panel"):
            yield LongTable("Reading …", id="runs")
            yield FilterLine(id="runs-filter")
        with Horizontal(id="run-below"):
            yield RunDetails(id="run-details")
            yield RunPreview(id="run-preview")

    @property
    def table(self) -> LongTable:
        """The table."""
        return self.query_one("#runs", LongTable)

    @property
    def meant(self) -> list[ListedRun]:
        """The runs that an action is about."""
        return self._listing.meant(self.table.key)

    def on_mount(self) -> None:
        """Read the runs now and then."""
        reader = RunsReader(self.session.config.runs_dir)
        self._watch = RunsWatch(self, reader, self._take)
        self.set_interval(REFRESH_S, self._watch.read)

    def on_screen_resume(self) -> None:
        """Read them at once."""
        super().on_screen_resume()
        self.read_now()

    def on_resize(self) -> None:
        """Other columns may fit."""
        self.call_after_refresh(self._show)

    def read_now(self) -> None:
        """Read again at once."""
        if self._watch is not None:
            self._watch.read_now()

    def _take(self, read: RunsRead) -> None:
        if not self.is_composed:
            return
        is_same = read.runs == self._listing.runs and self.table.is_shown
        if not is_same:
            self._listing.take(read.runs)
            self._deeds.look(read.runs)
        self._is_dispatching = read.is_dispatching
        self.table.nothing = "No runs yet; press 1 and then t to train one."
        self._show()

    def _show(self) -> None:
        """Show the runs as they are; only what differs is painted."""
        if not self.is_composed:
            return
        listing, table, now = self._listing, self.table, self.session.now()
        columns = columns_for(table.size.width)
        if listing.runs and not listing.shown:
            table.nothing = "No run has all of these words; esc shows all runs."
        table.show(
            [column.column for column in columns],
            [listed.name for listed in listing.shown],
            lambda key: [column.cell(listing.by_name[key], now) for column in columns],
            listing.marked,
            {listing.sorted_by: listing.sign},
        )
        if self._wanted in table.keys:
            table.move_to(table.keys.index(self._wanted))
            self._wanted = ""
        self._name_panel()
        self._show_details()

    def _name_panel(self) -> None:
        listing, panel = self._listing, self.query_one("#runs-panel")
        all_runs, shown = len(listing.runs), len(listing.shown)
        count = f"{shown:,} of {all_runs:,}" if listing.words else f"{all_runs:,}"
        title = Content.assemble(("Runs", "bold"), (f"  {count}", "$muted"))
        if listing.words:
            title += Content.styled(f"  /{printable(listing.words)}", "$accent")
        if listing.marked:
            title += Content.styled(f"  ◆ {len(listing.marked):,} marked", "$accent")
        has_sample = any(listed.overview and listed.overview.is_sample for listed in listing.shown)
        words = ["* on a SAMPLE"] if has_sample else []
        words.append(f"by {listing.sorted_by} {listing.sign}")
        subtitle = Content.styled(" · ".join(words), "$muted")
        set_titles(panel, title, subtitle)

    def _show_details(self) -> None:
        listed = self._listing.by_name.get(self.table.key or "")
        self.query_one(RunDetails).show(listed, self._command_shown(), self._is_dispatching)
        self.query_one(RunPreview).show(listed)
        meant = self.meant
        offered = frozenset(action.name for action in ACTIONS if action.targets(meant))
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    def _command_shown(self) -> str:
        meant, listed = self.meant, self._listing.by_name.get(self.table.key or "")
        if self._command:
            return self._command
        if len(meant) > 1:
            return COMPARE.command(meant)
        return OPEN_COMMAND([listed]) if listed else ""

    def tell_command(self, command: str) -> None:
        """Show the command of what was just done, until the cursor moves."""
        self._command = command
        self._show_details()

    @on(LongTable.Moved, "#runs")
    def _moved(self) -> None:
        self._command = ""
        self._show_details()

    @on(LongTable.Chosen, "#runs")
    def action_open_run(self) -> None:
        """Open the run under the cursor on the Train screen."""
        listed = self._listing.by_name.get(self.table.key or "")
        if listed is not None:
            self.open(listed)

    def open(self, listed: ListedRun) -> None:
        """Open a run on the Train screen."""
        self.workbench.open_run(listed.run)
        self.workbench.action_go("train")

    def go_to(self, name: str) -> None:
        """Put the cursor on a run as soon as it is in the table."""
        self._wanted = name
        self.read_now()

    @on(LongTable.HeadClicked, "#runs")
    def _sort_by(self, event: LongTable.HeadClicked) -> None:
        self._listing.sort(event.title)
        self._show()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with the runs that are meant."""
        is_typing = isinstance(self.focused, Input)
        if action == "deed":
            return parameters[0] in self._offered and not is_typing
        if action == "refuse_delete":
            return "delete" not in self._offered
        if action in ("mark", "mark_all", "menu", "copy", "sort", "turn", "filter"):
            return bool(self._listing.runs) and not is_typing
        return True

    def action_deed(self, name: str) -> None:
        """Do something with the runs that are meant."""
        action = next(action for action in ACTIONS if action.name == name)
        self._deeds.do(action, action.targets(self.meant))

    def action_refuse_delete(self) -> None:
        """Say why nothing is deleted."""
        live = next((listed.name for listed in self.meant if listed.is_live), None)
        if live is not None:
            self.complain(f"{live} is at work and can't be deleted; press s to stop it first.")

    def action_undo(self) -> None:
        """Take back the last deed that can be."""
        self._deeds.undo()

    def action_menu(self) -> None:
        """Show all actions."""
        self._deeds.menu()

    def action_mark(self) -> None:
        """Mark the run under the cursor and go to the next one."""
        if self.table.key is not None:
            self._command = ""
            self._listing.mark(self.table.key)
            self._show()
            self.table.action_move(1)

    def action_mark_all(self) -> None:
        """Mark all that are shown, or unmark them."""
        self._command = ""
        self._listing.mark_all()
        self._show()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._listing.sort_by_next()
        self._show()

    def action_turn(self) -> None:
        """Turn the order around."""
        self._listing.sort(self._listing.sorted_by)
        self._show()

    def action_filter(self) -> None:
        """Begin to type what the runs must have."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Typed)
    def _filter(self, event: FilterLine.Typed) -> None:
        self._listing.filter(event.words)
        self._show()

    @on(FilterField.Left)
    def _leave_filter(self) -> None:
        self.table.focus()

    def action_leave(self) -> None:
        """Show all runs again; then take the marks away."""
        line = self.query_one(FilterLine)
        if line.is_open:
            line.close()
        else:
            self._listing.marked = frozenset()
            self._show()
        self.table.focus()

    def action_copy(self) -> None:
        """Copy the command that is shown."""
        copy_command(self.app, self._command_shown())
