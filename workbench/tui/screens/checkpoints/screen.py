"""The Checkpoints screen: the runs, and what the one under the cursor has saved."""

from collections.abc import Callable, Iterable
from functools import partial
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.widget import Widget

from workbench.core.checkpoints.lineage import lineage
from workbench.core.runs import RunFolder
from workbench.tui.command_line import copy_command
from workbench.tui.run_index import RunIndex
from workbench.tui.screens.checkpoints.actions import ACTIONS, command_for
from workbench.tui.screens.checkpoints.deeds import Deeds
from workbench.tui.screens.checkpoints.details import CheckpointDetails
from workbench.tui.screens.checkpoints.panel import CheckpointsPanel
from workbench.tui.screens.checkpoints.reading import (
    CheckpointsReader,
    RunSaved,
    RunsReader,
    Saved,
    SavedRun,
)
from workbench.tui.screens.checkpoints.repeating import Repeating
from workbench.tui.screens.checkpoints.runs_panel import NO_RUNS, RunsPanel
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.widgets.long_table import LongTable

_IN_BAR = ("inspect", "begin", "delete", "export", "compare", "restore")


class CheckpointsScreen(PlaceScreen):
    """Two tables beside each other, and below the second one what is under its cursor."""

    PLACE = "checkpoints"
    CSS_PATH = "checkpoints.tcss"
    AUTO_FOCUS = "#checkpoints"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (Textual declares it on the instance)
        (0, "-tiny"),
        (72, "-narrow"),
        (112, "-wide"),
        (150, "-very-wide"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h,left", "to_runs", "runs", key_display="h", id="checkpoints.to_runs",
                tooltip="Go to the runs."),
        Binding("l,right", "to_checkpoints", "checkpoints", key_display="l",
                id="checkpoints.to_checkpoints", tooltip="Go to the checkpoints."),
        *(action.binding(action.name in _IN_BAR) for action in ACTIONS),
        Binding("E", "empty", "empty", id="checkpoints.empty",
                tooltip="Delete the run's trash for good; asks first."),
        Binding("u", "undo", "undo", id="checkpoints.undo",
                tooltip="Bring back what was deleted last."),
        Binding("t", "trash", "trash", id="checkpoints.trash",
                tooltip="Look at what was deleted, and back."),
        Binding("space", "mark", "mark", id="checkpoints.mark", tooltip="Mark, or unmark."),
        Binding("a", "mark_all", "all", show=False, id="checkpoints.mark_all",
                tooltip="Mark all that are shown."),
        Binding("slash", "filter", "filter", key_display="/", id="checkpoints.filter",
                tooltip="Show only what has the words that you type, in the table you are in."),
        Binding("o", "sort", "sort", id="checkpoints.sort",
                tooltip="Sort by the next of age, accuracy, loss and size."),
        Binding("O", "turn", "turn", show=False, id="checkpoints.turn",
                tooltip="Turn the order around."),
        Binding("m", "menu", "menu", id="checkpoints.menu",
                tooltip="All actions with their commands."),
        Binding("I", "import_file", "import", id="checkpoints.import_file",
                tooltip="Make a run out of weights that someone else trained."),
        Binding("y", "copy", "copy", id="checkpoints.copy",
                tooltip="Copy the command that is shown."),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._command = ""
        self._lineages: dict[str, tuple[str, ...]] = {}
        self._fitting: frozenset[str] = frozenset()
        self._offered: tuple[object, ...] = ()
        self._deeds = Deeds(self)
        self._readings: tuple[Repeating, ...] = ()

    def compose_body(self) -> Iterable[Widget]:
        """Runs on the left; checkpoints over the details on the right."""
        with Horizontal(id="checkpoints-body"):
            yield RunsPanel(id="checkpoint-runs-panel")
            with Vertical(id="checkpoints-right"):
                yield CheckpointsPanel(id="checkpoints-panel")
                yield CheckpointDetails(id="checkpoint-details")

    @property
    def _runs(self) -> RunsPanel:
        return self.query_one(RunsPanel)

    @property
    def _panel(self) -> CheckpointsPanel:
        return self.query_one(CheckpointsPanel)

    @property
    def meant(self) -> list[Saved]:
        """The checkpoints that an action is about."""
        return self._panel.meant if self.is_composed else []

    def on_mount(self) -> None:
        """Read now and then."""
        runs_dir = self.session.config.runs_dir
        runs, index, reader = RunsReader(runs_dir), RunIndex(runs_dir), CheckpointsReader()

        def read_chosen() -> RunSaved | None:
            run = self._runs.chosen
            return reader.read(run) if run is not None else None

        self._readings = (
            Repeating(self, [(runs.read, self._take_runs), (index.read, self._runs.glance)]),
            Repeating(self, [(read_chosen, self._take)]),
        )

    def on_screen_resume(self) -> None:
        """Read at once, beginning with the open run."""
        super().on_screen_resume()
        if self._runs.chosen is None and self.session.history is not None:
            self._runs.begin_with(self.session.history.run)
        self.read_now()

    def read_now(self) -> None:
        """Read again at once, or as soon as the reading at work has ended."""
        for reading in self._readings:
            reading.now()

    def _take_runs(self, runs: tuple[SavedRun, ...]) -> None:
        self._runs.take(runs)
        if not runs:
            self._panel.take(None, self.session.now(), NO_RUNS)

    @on(RunsPanel.Chosen)
    def _choose(self) -> None:
        self._panel.take(None, self.session.now())
        self._command = ""
        self._readings[-1].now()

    def _take(self, found: RunSaved | None) -> None:
        if found is not None and found.run == self._runs.chosen:
            self._panel.take(found, self.session.now())

    @on(CheckpointsPanel.Changed)
    def _changed(self, event: CheckpointsPanel.Changed) -> None:
        if event.is_moved:
            self._command = ""
        self._show_details()

    def _show_details(self) -> None:
        """Show what is under the cursor, and the command."""
        item, meant = self._panel.item, self.meant
        details = self.query_one(CheckpointDetails)
        details.show(item, self._lineage(item) if item else (), self._command_shown)
        self._fitting = frozenset(action.name for action in ACTIONS if action.fits(meant))
        offered = (
            self._fitting,
            *(self.check_action(name, ()) for name in ("mark", "undo", "empty", "trash")),
        )
        if offered != self._offered:
            self._offered = offered
            self.refresh_bindings()

    @property
    def _command_shown(self) -> str:
        listing, run = self._panel.listing, self._runs.chosen
        return self._command or command_for(self.meant, run, is_trash=listing.is_trash)

    def _lineage(self, item: Saved) -> tuple[str, ...]:
        """Where it comes from; what has to be read for that comes later."""
        if not item.checkpoint.manifest.plan.get("start_from"):
            return (item.reference,)
        if item.key not in self._lineages:
            self._lineages[item.key] = (item.reference, "…")

            def take(found: list[str]) -> None:
                self._lineages[item.key] = tuple(found)
                self._show_details()

            self.in_thread(partial(lineage, item.checkpoint), take, "lineage")
        return self._lineages[item.key]

    def tell_command(self, command: str) -> None:
        """Show the command of what was just done, until the cursor moves."""
        self._command = command
        self._show_details()

    def done(self, key: str) -> None:
        """Something was done: marks go; what has this key now will be under the cursor."""
        command = self._command
        self._panel.done(key)
        self.read_now()
        self.tell_command(command)

    def follow(self, run: RunFolder) -> None:
        """A new run begins: show it on the Train screen."""
        self.workbench.open_run(run, is_new=True)
        self.workbench.action_go("train")

    def go_to_run(self, name: str) -> None:
        """A run was made: go to it."""
        self._runs.go_to(name)
        self.read_now()

    @on(LongTable.Chosen, "#checkpoint-runs")
    def action_to_checkpoints(self) -> None:
        """Go to the checkpoints."""
        self.remove_class("-runs")
        self._panel.table.focus()

    def action_to_runs(self) -> None:
        """Go to the runs."""
        self.add_class("-runs")  # on a small screen they were hidden
        self._runs.table.focus()

    def on_descendant_focus(self) -> None:
        """On a small screen, show the table in which one is."""
        self.set_class(self._runs.has_focus_within, "-runs")
        self.refresh_bindings()

    def offers(self, action: str) -> bool:
        """Whether an action can be done now."""
        name, _, rest = action.partition("(")
        return bool(self.check_action(name, (rest.strip("')"),)))

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer only what can be done with what is meant."""
        if not self.is_composed:
            return True
        listing = self._panel.listing
        match action:
            case "deed":
                return parameters[0] in self._fitting
            case "undo":
                has_trash = listing.found is not None and bool(listing.found.trash)
                return not listing.is_trash and (self._deeds.can_undo or has_trash)
            case "empty":
                return listing.is_trash and bool(listing.all)
            case "mark" | "mark_all" | "sort" | "turn":
                return bool(listing.all)
            case "trash":
                return listing.found is not None
            case "to_runs" | "to_checkpoints":
                return self.has_class("-runs") == (action == "to_checkpoints")
        return True

    def action_deed(self, name: str) -> None:
        """Do something with the checkpoints that are meant."""
        action = next(action for action in ACTIONS if action.name == name)
        self._deeds.do(action, self.meant)

    @on(LongTable.Chosen, "#checkpoints")
    async def action_predict(self) -> None:
        """Open the checkpoint under the cursor on the Predict screen."""
        item = self._panel.item
        if item is None:
            return
        if item.is_deleted:
            self.complain(f"{item.reference} is in the trash; press u to bring it back.")
            return
        from workbench.tui.screens.predict import PredictScreen

        await self.app.switch_mode("predict")
        predict = self.app.screen
        if isinstance(predict, PredictScreen):
            predict.open_checkpoint(item.run, item.name, "test")

    def action_mark(self) -> None:
        """Mark the checkpoint under the cursor and go to the next one."""
        self._panel.mark()

    def action_mark_all(self) -> None:
        """Mark all that are shown, or unmark them."""
        self._panel.mark_all()

    def action_sort(self) -> None:
        """Sort by the next column."""
        self._panel.sort_by_next()

    def action_turn(self) -> None:
        """Turn the order around."""
        self._panel.turn()

    def action_filter(self) -> None:
        """Begin to type what the rows of this table must have."""
        (self._runs if self._runs.has_focus_within else self._panel).filter()

    def action_leave(self) -> None:
        """Take back the filter; then the marks; then leave the trash."""
        (self._runs if self._runs.has_focus_within else self._panel).leave()

    def action_trash(self) -> None:
        """Look at what was deleted, or back at what is there."""
        self._panel.look_at_trash(not self._panel.listing.is_trash)

    def action_undo(self) -> None:
        """Bring back what was deleted last."""
        self._with_run(self._deeds.undo)

    def action_empty(self) -> None:
        """Ask, and empty the trash."""
        self._with_run(lambda run: self._deeds.empty(run, self._panel.listing.all))

    def _with_run(self, work: Callable[[RunFolder], None]) -> None:
        if self._runs.chosen is not None:
            work(self._runs.chosen)

    def action_import_file(self) -> None:
        """Make a run out of a file of weights."""
        self._deeds.import_file()

    def action_menu(self) -> None:
        """Show all actions."""
        self._deeds.menu(self.meant, self._runs.chosen)

    def action_copy(self) -> None:
        """Copy the command that is shown."""
        if self._command_shown:
            copy_command(self.app, self._command_shown)
