"""The chart as a widget."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual.geometry import Region, Size
from textual.strip import Strip
from textual.widget import Widget

from workbench.tui.widgets.chart.plot import Axes, Curve, Points, Row, changed_cells, draw


class LineChart(Widget):
    """Curves over an x axis; a layer is drawn in the style of ``line-chart--LAYER``."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        "line-chart--axis",
        "line-chart--label",
        "line-chart--grid",
        "line-chart--broken",
        "line-chart--band",
        "line-chart--primary",
        "line-chart--secondary",
        "line-chart--mark",
        "line-chart--cursor",
        "line-chart--empty",
    }

    DEFAULT_CSS = """
    LineChart {
        height: 1fr;
        .line-chart--axis { color: $faint; }
        .line-chart--label { color: $text-muted; }
        .line-chart--grid { color: $panel-lighten-1; }
        .line-chart--broken { color: $error; text-style: bold; }
        .line-chart--band { color: $primary-muted; }
        .line-chart--primary { color: $primary; }
        .line-chart--secondary { color: $secondary; }
        .line-chart--mark { color: $warning; }
        .line-chart--cursor { color: $accent; text-style: bold; }
        .line-chart--empty { color: $text-muted; text-style: italic; }
    }
    """

    def __init__(self, placeholder: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._placeholder = placeholder
        self._curves: tuple[Curve, ...] = ()
        self._axes = Axes(1, 1)
        self._rows: list[Row] | None = None
        self._drawn_size = Size(0, 0)
        self._styles: dict[str, Style] = {}

    def show(self, curves: tuple[Curve, ...], axes: Axes) -> None:
        """Draw these curves; call it again when a series has grown.

        Only the cells that changed are painted: of a curve that grows, its end.
        """
        is_same = (curves, axes) == (self._curves, self._axes)
        if is_same and all(isinstance(curve, Points) for curve in curves):
            return  # a series is the same object when it has grown
        self._curves, self._axes = curves, axes
        earlier, self._rows = self._rows, None
        if earlier is None or self._drawn_size != self.size:
            self.refresh()
            return
        self._rows = draw(curves, axes, *self.size)
        if len(self._rows) != len(earlier):
            self.refresh()
        elif changed := [
            Region(first, y, stop - first, 1)
            for y, (before, now) in enumerate(zip(earlier, self._rows, strict=True))
            for first, stop in changed_cells(before, now)
        ]:
            self.refresh(*changed)

    def notify_style_update(self) -> None:
        """A theme, or where the focus is, changed."""
        super().notify_style_update()
        self._styles.clear()

    def render_line(self, y: int) -> Strip:
        """One row of the chart."""
        width, height = self.size
        # A line may be wanted at a new size before the widget is told of it.
        if self._rows is None or self._drawn_size != self.size:
            self._drawn_size = self.size
            self._rows = draw(self._curves, self._axes, width, height)
        if not self._rows:
            return self._empty_line(y, width, height)
        segments = [Segment(text, self._style(layer)) for text, layer in self._rows[y]]
        return Strip(segments).adjust_cell_length(width, self._style(""))

    def _empty_line(self, y: int, width: int, height: int) -> Strip:
        text = self._placeholder.center(width)[:width] if y == height // 2 else " " * width
        return Strip([Segment(text, self._style("empty"))], width)

    def _style(self, layer: str) -> Style:
        style = self._styles.get(layer)
        if style is None:
            name = f"line-chart--{layer}"
            style = self.get_component_rich_style(name) if layer else self.rich_style
            self._styles[layer] = style
        return style
