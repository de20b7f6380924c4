"""Several runs over one another."""

import math
import shlex
import time
from collections.abc import Sequence
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.screen import Screen
from textual.worker import get_current_worker

from workbench.api.errors import WorkbenchError
from workbench.core.text import printable
from workbench.tui.command_line import copy_command
from workbench.tui.screens.runs.compare.chart import SIGNS, RunsChart, with_signs
from workbench.tui.screens.runs.compare.curves import MOST_CURVES, Compared, ComparisonReader
from workbench.tui.screens.runs.compare.table import NAME, cells_of, columns_of
from workbench.tui.screens.runs.reading import ListedRun
from workbench.tui.screens.train.charted import ACCURACY, ERROR
from workbench.tui.widgets.chart import Axes, Curve, Points
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.titles import set_titles
from workbench.tui.widgets.top_bar import TopBar

_REFRESH_S = 1.0
_REST_SHARE = 20
_VIEWS = ("both", "loss", "accuracy")


class CompareScreen(Screen[str | None]):
    """Charts over a table, which is their legend; ends with the run that is to be opened."""

    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (72, "-broad")]  # noqa: RUF012 (as Textual has it)
    AUTO_FOCUS = "LongTable"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("space", "hide", "hide", id="compare.hide", tooltip="Hide the curve, or show it."),
        Binding("v", "view", "view", id="compare.view", tooltip="Both charts, or one of them."),
        Binding("right,l", "columns(1)", "columns", key_display="←→", id="compare.right",
                tooltip="Columns farther right."),
        Binding("left,h", "columns(-1)", "columns", show=False, id="compare.left",
                tooltip="Columns farther left."),
        Binding("y", "copy", "copy", id="compare.copy", tooltip="Copy the command."),
        Binding("escape,c", "dismiss(None)", "back", id="compare.back",
                tooltip="Back to all runs."),
    ]  # fmt: skip

    def __init__(self, runs: Sequence[ListedRun]) -> None:
        super().__init__()
        self._names = [listed.name for listed in runs]
        self._reader = ComparisonReader([listed.run for listed in runs])
        self._compared: Compared | None = None
        self._hidden: set[str] = set()
        self._first_column = 0
        self._view = _VIEWS[0]
        self._is_reading = False
        self._rests_until = 0.0

    @property
    def command(self) -> str:
        """What compares the runs in a shell."""
        return f"workbench compare {shlex.join(self._names)}"

    def compose(self) -> ComposeResult:
        """Charts over the table."""
        yield TopBar("runs")
        with Horizontal(id="compare-charts"):
            for name, title in (("loss", "Loss, smoothed"), ("accuracy", ACCURACY.title)):
                with Vertical(classes="panel", id=f"compare-{name}") as panel:
                    panel.border_title = Content.styled(title, "bold")
                    yield RunsChart("no batch yet", id=f"{name}-of-runs")
        with Vertical(classes="panel", id="compare-panel") as panel:
            panel.border_title = Content.assemble(
                ("Compare", "bold"), (f"  {len(self._names)} runs", "$muted")
            )
            yield LongTable("Reading …", id="compared")
        yield KeyBar()

    def on_mount(self) -> None:
        """Read the runs, and those that are live again and again."""
        self._read()
        self.set_interval(_REFRESH_S, self._read_live)

    def on_resize(self) -> None:
        """Lay out anew."""
        self.call_after_refresh(self._show)

    def _read_live(self) -> None:
        live = ("queued", "starting", "running", "paused")
        rests = time.monotonic() < self._rests_until
        if self._compared is None or rests or not self.is_current:
            return
        if any(result.state in live for result in self._compared.comparison.runs):
            self._read()

    def _read(self) -> None:
        if self._is_reading:
            return
        self._is_reading = True

        def work() -> None:
            worker, began = get_current_worker(), time.monotonic()
            try:
                compared = self._reader.read()
            except (OSError, WorkbenchError) as error:
                self.app.call_later(self._fail, str(error))
            else:
                if not worker.is_cancelled:
                    self.app.call_later(self._take, compared, time.monotonic() - began)

        self.run_worker(work, thread=True, group="compare", exit_on_error=False)

    def _fail(self, sentence: str) -> None:
        self._is_reading = False
        self.app.notify(printable(sentence), severity="error", markup=False)

    def _take(self, compared: Compared, took_s: float) -> None:
        self._is_reading = False
        self._rests_until = time.monotonic() + _REST_SHARE * took_s
        if compared != self._compared and self.is_attached:
            self._compared = compared
            self._show()

    def _show(self) -> None:
        if self._compared is not None and self.is_attached:
            self._show_table(self._compared)
            self._show_charts(self._compared)

    def _show_table(self, compared: Compared) -> None:
        comparison = compared.comparison
        columns = columns_of(comparison)
        first = min(self._first_column, len(columns) - 1)
        numbers = {result.name: index for index, result in enumerate(comparison.runs)}

        def cells(key: str) -> list[tuple[tuple[str, str], ...]]:
            index = numbers[key]
            is_hidden = key in self._hidden
            found = cells_of(comparison.runs[index], comparison.keys, index, is_hidden)
            return [found[0], *found[1 + first :]]

        table = self.query_one(LongTable)
        table.show([NAME, *columns[first:]], list(numbers), cells)
        panel = self.query_one("#compare-panel")
        words = [f"{len(comparison.keys)} keys differ" if comparison.keys else "same plan"]
        if any(result.is_sample for result in comparison.runs):
            words.insert(0, "* on a SAMPLE")
        if len(comparison.runs) > MOST_CURVES:
            words.insert(0, f"curves of the best {MOST_CURVES}")
        fitting = len(table.columns_shown) - 1
        if fitting < len(columns):
            words.append(f"←→ columns {first + 1}–{first + fitting} of {len(columns)}")
        panel.border_subtitle = Content.styled(" · ".join(words), "$muted")
        panel.styles.height = min(len(comparison.runs) + 3, max(6, self.size.height // 2 - 2))

    @on(LongTable.Moved)
    def _moved(self) -> None:
        if self._compared is not None:
            self._show_charts(self._compared)

    def _show_charts(self, compared: Compared) -> None:
        """The run under the cursor is drawn last, over the others."""
        view = self._view
        if self.has_class("-slim") and view == "both":
            view = "loss"
        for name in ("loss", "accuracy"):
            self.query_one(f"#compare-{name}").display = view in ("both", name)
        key = self.query_one(LongTable).key
        numbered = list(enumerate(compared.curves.items()))
        shown = [item for item in numbered if item[1][0] not in self._hidden]
        shown.sort(key=lambda item: item[1][0] == key)
        end = max((run.loss[-1][0] for _, (_, run) in shown if run.loss), default=1.0)
        has_errors = not any(run.accuracy for _, (_, run) in shown) and any(
            run.error for _, (_, run) in shown
        )
        title = (ERROR if has_errors else ACCURACY).title
        set_titles(self.query_one("#compare-accuracy"), Content.styled(title, "bold"))
        losses: list[Curve] = []
        scores: list[Curve] = []
        for index, (_, run) in shown:
            losses += with_signs(index, run.loss, end)
            score = run.error if has_errors else run.accuracy
            scores.append(Points(score, f"run-{index}", SIGNS[index]))
        whole = max(1, math.ceil(end))
        axes = Axes(whole, 1, "epoch")
        percents = axes if has_errors else Axes(whole, 1, "epoch", percent=True)
        self.query_one("#loss-of-runs", RunsChart).show(tuple(losses), axes)
        self.query_one("#accuracy-of-runs", RunsChart).show(tuple(scores), percents)

    @on(LongTable.Chosen)
    def _open(self, event: LongTable.Chosen) -> None:
        self.dismiss(event.key)

    def action_hide(self) -> None:
        """Hide the curve of the run under the cursor, or show it again."""
        key = self.query_one(LongTable).key
        if key is not None:
            self._hidden ^= {key}
            self._show()

    def action_view(self) -> None:
        """Show both charts, or one of them larger."""
        self._view = _VIEWS[(_VIEWS.index(self._view) + 1) % len(_VIEWS)]
        if self.has_class("-slim") and self._view == "both":
            self._view = "loss"
        self._show()

    def action_columns(self, by: int) -> None:
        """Show columns farther right or left."""
        if self._compared is not None:
            last = len(columns_of(self._compared.comparison)) - 1
            self._first_column = max(0, min(self._first_column + by, last))
            self._show_table(self._compared)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self.command)
