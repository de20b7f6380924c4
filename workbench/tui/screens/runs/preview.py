"""The losses of the run under the cursor, where there is room for a chart."""

import math

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.timer import Timer
from textual.worker import get_current_worker

from workbench.core.runs import EventReader, RunFolder
from workbench.tui.run_history import RunHistory
from workbench.tui.screens.runs.compare.curves import Points as Curve
from workbench.tui.screens.runs.compare.curves import reduced
from workbench.tui.screens.runs.reading import ListedRun
from workbench.tui.widgets.chart import Axes, LineChart, Points

_PATIENCE_S = 0.15
"""So long the cursor rests on a run before its events are read."""
_LONGEST_BYTES = 32 * 2**20


class RunPreview(Vertical):
    """Reads a run in a thread when the cursor rests on it, and again when it went on."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._listed: ListedRun | None = None
        self._timer: Timer | None = None
        self.is_settled = True
        self._reader: tuple[RunFolder, EventReader, RunHistory] | None = None
        self._is_reading = False

    def compose(self) -> ComposeResult:
        """A chart."""
        self.border_title = Content.assemble(
            ("Loss", "bold"), "  ", ("━ train", "$primary"), "  ", ("● test", "$secondary")
        )
        yield LineChart("no batch yet", id="preview")

    def show(self, listed: ListedRun | None) -> None:
        """Show this run soon, if there is room for it."""
        if listed == self._listed or not self.display or not self.size.height:
            return
        if listed is None or self._listed is None or listed.run != self._listed.run:
            self.query_one(LineChart).show((), Axes(1, 1, "epoch"))
        self._listed = listed
        if self._timer is not None:
            self._timer.stop()
        self.is_settled = listed is None
        if listed is not None:
            self._timer = self.set_timer(_PATIENCE_S, self._read)

    def _read(self) -> None:
        listed = self._listed
        if listed is None:
            return
        if self._is_reading:
            self._timer = self.set_timer(_PATIENCE_S, self._read)
            return
        self._is_reading = True
        run = listed.run

        def work() -> None:
            worker = get_current_worker()
            curves: tuple[Curve, Curve, int] | None = None
            try:
                curves = self._curves(run)
            finally:
                if not worker.is_cancelled:
                    self.app.call_later(self._take, run, curves)

        self.run_worker(work, thread=True, group="preview", exit_on_error=False)

    def _curves(self, run: RunFolder) -> tuple[Curve, Curve, int] | None:
        if self._reader is None or self._reader[0] != run:
            if not run.events.exists() or run.events.stat().st_size > _LONGEST_BYTES:
                return None
            self._reader = (run, EventReader(run), RunHistory(run))
        _, reader, history = self._reader
        history.apply(reader.read())
        steps = history.overview.steps_per_epoch or 1
        tests = tuple((test.epoch + 1.0, test.loss) for test in history.tests)
        end = max(len(history.losses) / steps, len(tests), 1)
        return reduced(history.smooth, steps), tests, math.ceil(end)

    def _take(self, run: RunFolder, curves: tuple[Curve, Curve, int] | None) -> None:
        self._is_reading = False
        listed = self._listed
        self.is_settled = listed is None or listed.run == run
        if not self.is_attached or listed is None or listed.run != run or curves is None:
            return
        train, tests, end = curves
        drawn = (Points(train, "primary", ""), Points(tests, "secondary"))
        self.query_one(LineChart).show(drawn, Axes(end, 1, "epoch"))
