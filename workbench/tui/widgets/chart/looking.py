"""A chart to look into: it zooms, pans, reads values, and changes its scale, all by keys."""

from dataclasses import dataclass, replace
from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.message import Message

from workbench.tui.widgets.chart.line_chart import LineChart
from workbench.tui.widgets.chart.plot import Axes, Curve
from workbench.tui.widgets.chart.view import View

_PAN = 0.25
_POINT = 1 / 60


class LookingChart(LineChart, can_focus=True):
    """Keeps its view while the curves grow; says with messages what its owner has to do."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("plus,equals_sign", "zoom(0.5)", "zoom", key_display="+", id="chart.in",
                tooltip="Show half as much, about the cursor or the middle."),
        Binding("minus", "zoom(2)", "zoom out", key_display="-", show=False, id="chart.out",
                tooltip="Show twice as much."),
        Binding("left,h", "move(-1)", "left", show=False, id="chart.left",
                tooltip="Move the cursor, or else what is shown."),
        Binding("right,l", "move(1)", "right", show=False, id="chart.right",
                tooltip="Move the cursor, or else what is shown."),
        Binding("0", "reset", "all", id="chart.reset", tooltip="Show all of it again."),
        Binding("L", "scale", "log", key_display="L", id="chart.log",
                tooltip="Logarithmic scale, or linear."),
        Binding("x", "point", "read", id="chart.read",
                tooltip="A cursor that reads the values; the arrows move it."),
        Binding("w", "smooth", "smooth", id="chart.smooth",
                tooltip="With the smoothed curve, or without."),
        Binding("m", "series", "series", id="chart.series",
                tooltip="Loss, accuracy, learning rate, throughput."),
        Binding("f,enter", "enlarge", "full", key_display="f", id="chart.full",
                tooltip="The chart alone, or all again."),
    ]  # fmt: skip

    @dataclass
    class Looked(Message):
        """Another part, scale or place of the cursor."""

        chart: "LookingChart"

    @dataclass
    class Wanted(Message):
        """The owner is to do ``what``: ``smooth``, ``series`` or ``enlarge``."""

        chart: "LookingChart"
        what: str

    def __init__(self, placeholder: str, id: str | None = None) -> None:
        super().__init__(placeholder, id)
        self.view = View()
        self._all = Axes(1, 1)

    def show(self, curves: tuple[Curve, ...], axes: Axes) -> None:
        """Draw these curves as far as the view goes."""
        self._all = axes
        start, stop = self.view.window(axes.end)
        seen = replace(axes, log=self.view.log, cursor=self.view.cursor)
        super().show(curves, replace(seen, start=start, stop=stop) if start < stop else seen)

    @property
    def cursor_range(self) -> tuple[int, int] | None:
        """The batches that the cursor's column stands for, from and up to; ``None`` without."""
        if self.view.cursor is None:
            return None
        start, stop = self.view.window(self._all.end)
        half = (stop - start) / max(1, 2 * self.size.width) / 2
        first = max(0, round(self.view.cursor - half))
        return first, max(first + 1, round(self.view.cursor + half))

    def _look(self, view: View) -> None:
        self.view = view
        self.show(self._curves, self._all)
        self.post_message(self.Looked(self))

    def action_zoom(self, factor: float) -> None:
        """Show less or more."""
        self._look(self.view.zoomed(factor, self._all.end))

    def action_move(self, by: int) -> None:
        """Move the cursor, or what is shown."""
        if self.view.cursor is None:
            self._look(self.view.panned(by * _PAN, self._all.end))
        else:
            self._look(self.view.pointed(by * _POINT, self._all.end))

    def action_reset(self) -> None:
        """Show all."""
        self._look(replace(self.view, start=0.0, end=None))

    def action_scale(self) -> None:
        """Change the scale."""
        self._look(replace(self.view, log=not self.view.log))

    def action_point(self) -> None:
        """Begin to read at the middle of what is shown, or end it."""
        start, stop = self.view.window(self._all.end)
        is_on = self.view.cursor is not None
        self._look(replace(self.view, cursor=None if is_on else (start + stop) // 2))

    def action_smooth(self) -> None:
        """With the smoothed curve, or without."""
        self.post_message(self.Wanted(self, "smooth"))

    def action_series(self) -> None:
        """The next series."""
        self.post_message(self.Wanted(self, "series"))

    def action_enlarge(self) -> None:
        """This chart alone, or all again."""
        self.post_message(self.Wanted(self, "enlarge"))
