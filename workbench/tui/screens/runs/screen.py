"""The Runs screen: every run of the runs folder, kept up to date."""

from collections.abc import Iterable

from textual import on
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget

from workbench.core.text import printable
from workbench.core.units import percent_text
from workbench.tui import states
from workbench.tui.figures import age_text, loss_text
from workbench.tui.run_index import RunGlance, RunIndex
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.runs.details import RunDetails
from workbench.tui.widgets.row_list import Column, Row, RowList

_REFRESH_S = 1.0
_COLUMNS = (
    Column("run", 20),
    Column("state", 13),
    Column("plan", 0, rank=1),
    Column("accuracy", 8, "right"),
    Column("loss", 8, "right", rank=2),
    Column("epoch", 7, "right", rank=4),
    Column("age", 7, "right", rank=3),
)


class RunsScreen(PlaceScreen):
    """A table, and below it the run under the cursor."""

    PLACE = "runs"
    CSS_PATH = "runs.tcss"
    AUTO_FOCUS = "OptionList"

    def __init__(self) -> None:
        super().__init__()
        self._glances: dict[str, RunGlance] = {}
        self._index: RunIndex | None = None
        self._is_reading = False

    def compose_body(self) -> Iterable[Widget]:
        """The table and the details."""
        with Vertical(classes="panel") as panel:
            panel.border_title = Content.styled("Runs", "bold")
            panel.border_subtitle = Content.styled("enter open", "$muted")
            yield RowList(_COLUMNS, "No runs yet; press 1 and then t to train one.", id="runs")
        yield RunDetails(id="run-details")

    def on_mount(self) -> None:
        """Read the runs now and then."""
        self._index = RunIndex(self.session.config.runs_dir)
        self.set_interval(_REFRESH_S, self._read)

    def on_screen_resume(self) -> None:
        """Read them at once."""
        super().on_screen_resume()
        self._read()

    def _read(self) -> None:
        index = self._index
        if index is None or self._is_reading or not self.is_current:
            return
        self._is_reading = True
        self.in_thread(index.read, self._show, "runs-index")

    def complain(self, sentence: str) -> None:
        """Show an error, and read again later."""
        self._is_reading = False
        super().complain(sentence)

    def _show(self, glances: list[RunGlance]) -> None:
        self._is_reading = False
        self._glances = {glance.run.name: glance for glance in glances}
        now = self.session.now()
        self.query_one("#runs", RowList).show([_row(glance, now) for glance in glances])
        self._show_details()

    @on(RowList.Moved, "#runs")
    def _show_details(self) -> None:
        key = self.query_one("#runs", RowList).key
        self.query_one(RunDetails).show(self._glances.get(key or ""))

    @on(RowList.Chosen, "#runs")
    def _open(self, event: RowList.Chosen) -> None:
        self.workbench.open_run(self._glances[event.key].run)
        self.workbench.action_go("train")


def _row(glance: RunGlance, now: float) -> Row:
    seen = glance.overview
    state = Content.styled(f"{states.glyph(seen.state)} {seen.state}", states.color(seen.state))
    accuracy = "–" if seen.last_accuracy is None else percent_text(seen.last_accuracy)
    sample = ("SAMPLE ", "$warning") if seen.is_sample else ""
    epoch = f"{min(seen.epoch + 1, seen.epochs)}/{seen.epochs}" if seen.epochs else "–"
    return Row(
        glance.run.name,
        (
            Content.styled(printable(glance.run.name), "bold"),
            state,
            Content.assemble(sample, (printable(glance.title), "$muted")),
            Content.styled(accuracy, "$secondary"),
            loss_text(seen.last_loss),
            epoch,
            age_text(now - seen.started) if seen.started else "–",
        ),
    )
