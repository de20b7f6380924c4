"""The charts of a run: its losses by batch, and its test accuracy by epoch, or what one picks."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual import on
from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from workbench.tui.screens.train.charted import ACCURACY, LOSS, SERIES, Charted, axes_of, fitting
from workbench.tui.widgets.chart import LookingChart
from workbench.tui.widgets.titles import set_titles

if TYPE_CHECKING:
    from workbench.tui.run_history import RunHistory


class ChartPanel(Vertical):
    """A chart in its frame: the series above, what the cursor reads or the marks below."""

    def __init__(self, charted: Charted, placeholder: str, id: str, chart_id: str) -> None:
        super().__init__(id=id, classes="panel")
        self._charted = self._shown = charted
        self._placeholder = placeholder
        self._chart_id = chart_id
        self._is_smooth = True
        self._history: RunHistory | None = None

    def compose(self) -> ComposeResult:
        """The chart."""
        yield LookingChart(self._placeholder, id=self._chart_id)

    def on_mount(self) -> None:
        """Name it."""
        self._title()

    @property
    def chart(self) -> LookingChart:
        """The chart inside."""
        return self.query_one(LookingChart)

    def show(self, history: RunHistory) -> None:
        """Draw the run as far as it goes."""
        self._history = history
        shown = self._shown = fitting(self._charted, history)
        curves = shown.curves if self._is_smooth or shown.raw is None else shown.raw
        self.chart.show(curves(history), axes_of(history, shown))
        self._title()

    def next_series(self) -> None:
        """Show the next series."""
        self._charted = SERIES[(SERIES.index(self._charted) + 1) % len(SERIES)]
        self._redraw()

    def toggle_smooth(self) -> None:
        """With the smoothed curve, or without."""
        self._is_smooth = not self._is_smooth
        self._redraw()

    def _redraw(self) -> None:
        if self._history is not None:
            self.show(self._history)

    @on(LookingChart.Looked)
    def _title(self) -> None:
        shown = self._shown
        legend = [part for item in shown.legend for part in ("  ", item)]
        view = self.chart.view
        words = [word for word, holds in (("log", view.log), ("zoomed", view.is_zoomed)) if holds]
        if not self._is_smooth and shown.raw is not None:
            words.append("unsmoothed")
        how = f"  {' · '.join(words)}" if words else ""
        title = Content.assemble((shown.title, "bold"), *legend, (how, "$muted"))
        set_titles(self, title, self._reading() or self._marks())

    def _reading(self) -> Content | None:
        history, columns = self._history, self.chart.cursor_range
        if history is None or columns is None:
            return None
        start, stop = columns
        batch = f"batch {start + 1:,}" if stop - start == 1 else f"batches {start + 1:,}–{stop:,}"
        text = f"{batch}  {self._shown.reading(history, start, stop)}"
        return Content.styled(text, "$foreground")

    def _marks(self) -> Content:
        if self._history is None:
            return Content("")
        signs = dict.fromkeys((mark.sign, mark.word) for mark in self._history.marks)
        parts = [
            Content.assemble((sign, "$warning"), (f" {word}", "$muted")) for sign, word in signs
        ]
        return Content("  ").join(parts)


class Curves(Horizontal):
    """Two charts beside each other, or one of them alone."""

    def compose(self) -> ComposeResult:
        """The two panels."""
        yield ChartPanel(LOSS, "no batch yet", "loss-panel", "loss-chart")
        yield ChartPanel(ACCURACY, "after the first epoch", "accuracy-panel", "accuracy-chart")

    def show(self, history: RunHistory) -> None:
        """Draw the run's curves as far as they go."""
        for panel in self.query(ChartPanel):
            panel.show(history)

    def focus_chart(self) -> None:
        """Focus the first chart, then the second, then none."""
        charts = [panel.chart for panel in self.query(ChartPanel) if panel.display]
        at = next((i for i, chart in enumerate(charts) if chart.has_focus), -1) + 1
        if at < len(charts):
            charts[at].focus()
        else:
            self.screen.set_focus(None)

    def show_both(self) -> bool:
        """Show all again; whether one chart was alone."""
        was_alone = self.screen.has_class("-chart-alone")
        self.screen.remove_class("-chart-alone")
        for panel in self.query(ChartPanel):
            panel.display = True
        return was_alone

    @on(LookingChart.Wanted)
    def _do(self, message: LookingChart.Wanted) -> None:
        message.stop()
        panel = message.chart.query_ancestor(ChartPanel)
        if message.what == "series":
            panel.next_series()
        elif message.what == "smooth":
            panel.toggle_smooth()
        elif not self.show_both():
            self.screen.add_class("-chart-alone")
            for other in self.query(ChartPanel):
                other.display = other is panel
