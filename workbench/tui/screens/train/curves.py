"""The charts of a run: its losses by batch, and its test accuracy by epoch."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from workbench.tui.widgets.chart import Axes, Dense, LineChart, Points

if TYPE_CHECKING:
    from workbench.tui.run_history import RunHistory


class Curves(Horizontal):
    """Two charts beside each other."""

    def compose(self) -> ComposeResult:
        """The two panels."""
        with Vertical(id="loss-panel", classes="panel"):
            yield LineChart("no batch yet", id="loss-chart")
        with Vertical(id="accuracy-panel", classes="panel"):
            yield LineChart("after the first epoch", id="accuracy-chart")

    def on_mount(self) -> None:
        """Name the charts, with the legend in the border."""
        self.query_one("#loss-panel").border_title = Content.assemble(
            ("Loss", "bold"), "  ", ("━ train", "$primary"), "  ", ("● test", "$secondary")
        )
        self.query_one("#accuracy-panel").border_title = Content.assemble(
            ("Test accuracy", "bold"), "  ", ("● by epoch", "$secondary")
        )

    def show(self, history: RunHistory) -> None:
        """Draw the run's curves as far as they go."""
        self._show_loss(history)
        self._show_accuracy(history)

    def _show_loss(self, history: RunHistory) -> None:
        unit = history.overview.steps_per_epoch or max(1, len(history.losses))
        epochs = max(1, -(-len(history.losses) // unit))
        tests = tuple((test.step, test.loss) for test in history.tests)
        curves = (
            Dense(history.losses, "band"),
            Dense(history.smooth, "primary"),
            Points(tests, "secondary"),
        )
        self.query_one("#loss-chart", LineChart).show(curves, Axes(epochs * unit, unit, "epoch"))

    def _show_accuracy(self, history: RunHistory) -> None:
        points = tuple((test.epoch + 1, test.accuracy) for test in history.tests)
        epochs = max(history.overview.epochs, len(points), 1)
        axes = Axes(epochs, 1, "epoch", percent=True)
        self.query_one("#accuracy-chart", LineChart).show((Points(points, "secondary"),), axes)
