"""Drawing curves with axes into rows of text runs; pure, without a terminal."""

from dataclasses import dataclass
from itertools import groupby

from workbench.tui.widgets.chart.canvas import Canvas
from workbench.tui.widgets.chart.series import LARGEST, Series
from workbench.tui.widgets.chart.ticks import labels, nice_ticks, whole_ticks

AXIS, LABEL, GRID, BROKEN = "axis", "label", "grid", "broken"
_SMALLEST = (12, 3)
_CELLS_A_MARK = 4
_LEAST_SHARE = 0.02

Row = list[tuple[str, str]]
"""Runs of text, each with the name of its layer."""


@dataclass(frozen=True)
class Dense:
    """A value for each x from 0 on, all drawn as one band; ``filled`` down to the axis."""

    series: Series
    layer: str
    filled: bool = False


@dataclass(frozen=True)
class Points:
    """Single values at their x, joined by lines; each is marked, or the last where many are."""

    points: tuple[tuple[float, float], ...]
    layer: str
    character: str = "●"


Curve = Dense | Points


@dataclass(frozen=True)
class Axes:
    """The x axis from 0 to ``end``, with ``unit`` of x from one whole tick to the next.

    With ``percent`` a y of 1 is shown as 100%; with ``full`` the y axis goes from 0 to 1.
    """

    end: float
    unit: float
    name: str = ""
    percent: bool = False
    full: bool = False


def draw(curves: tuple[Curve, ...], axes: Axes, width: int, height: int) -> list[Row]:
    """The chart as ``height`` rows of ``width`` cells; empty where it is too small."""
    extremes = (0.0, 1.0) if axes.full else _extremes(curves, axes.percent)
    if width < _SMALLEST[0] or height < _SMALLEST[1] or extremes is None:
        return []
    ticks = nice_ticks(*extremes, min(6, max(2, (height - 1) // 2)))
    names = labels(ticks, percent=axes.percent)
    margin = max(len(name) for name in names) + 2
    canvas = Canvas(width - margin, height - 1)
    scale = _Scale(ticks[0], max(ticks[-1], extremes[1]), axes.end, canvas)
    for curve in curves:
        if isinstance(curve, Dense):
            _draw_dense(canvas, scale, curve)
        else:
            _draw_points(canvas, scale, curve)
    tick_rows = {
        scale.y(tick) // 4: name for tick, name in reversed(list(zip(ticks, names, strict=True)))
    }
    rows = [
        _row(canvas, row, margin, tick_rows.get(row), row == canvas.rows - 1)
        for row in range(canvas.rows)
    ]
    return [*rows, _x_labels(axes, scale, margin, width)]


def _extremes(curves: tuple[Curve, ...], is_percent: bool) -> tuple[float, float] | None:
    found: list[float] = []
    for curve in curves:
        if isinstance(curve, Dense):
            found.extend(curve.series.extremes() or ())
        else:
            found.extend(y for _, y in curve.points if abs(y) < LARGEST)
    if not found:
        return None
    low, high = min(found), max(found)
    is_flat_share = 0 <= low <= high <= 1 and high - low < _LEAST_SHARE
    if is_percent and is_flat_share:  # room around it, yet never above 100%
        return max(0.0, low - _LEAST_SHARE), min(1.0, high + _LEAST_SHARE)
    return low, high


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    end: float
    canvas: Canvas

    def x(self, value: float) -> int:
        return round(value / max(self.end, 1e-12) * (self.canvas.width - 1))

    def y(self, value: float) -> int:
        share = (value - self.low) / (self.high - self.low)
        return round((1 - share) * (self.canvas.height - 1))


def _draw_dense(canvas: Canvas, scale: _Scale, curve: Dense) -> None:
    earlier: tuple[int, int] | None = None
    for x in range(canvas.width):
        start = round(x / canvas.width * scale.end)
        stop = max(round((x + 1) / canvas.width * scale.end), start)
        if start >= len(curve.series):
            break
        if curve.series.has_broken(start, stop):
            canvas.mark(x, 0, "✕", BROKEN)
        bucket = curve.series.bucket(start, stop)
        if bucket is None:
            continue
        if earlier is not None:
            canvas.line(*earlier, x, scale.y(bucket.first), curve.layer)
        low = canvas.height - 1 if curve.filled else scale.y(bucket.low)
        canvas.line(x, low, x, scale.y(bucket.high), curve.layer)
        earlier = x, scale.y(bucket.last)


def _draw_points(canvas: Canvas, scale: _Scale, curve: Points) -> None:
    earlier: tuple[int, int] | None = None
    is_sparse = len(curve.points) * _CELLS_A_MARK <= canvas.columns
    for x, y in curve.points:
        if not abs(y) < LARGEST:
            canvas.mark(scale.x(x), 0, "✕", BROKEN)
            continue
        place = scale.x(x), scale.y(y)
        if earlier is not None:
            canvas.line(*earlier, *place, curve.layer)
        if curve.character and (is_sparse or (x, y) == curve.points[-1]):
            canvas.mark(*place, curve.character, curve.layer)
        earlier = place


def _row(canvas: Canvas, row: int, margin: int, tick: str | None, is_last: bool) -> Row:
    cells = [canvas.cell(row, column) for column in range(canvas.columns)]
    if is_last:
        cells = [("─", AXIS) if not layer else (text, layer) for text, layer in cells]
    elif tick is not None:
        cells = [("┈", GRID) if not layer else (text, layer) for text, layer in cells]
    axis = "└" if is_last else "│"
    if tick is not None:
        axis = "┴" if is_last else "┤"
    name = (tick or "").rjust(margin - 2)
    return [(f"{name} ", LABEL), ("┼" if is_last and tick else axis, AXIS), *_runs(cells)]


def _runs(cells: Row) -> Row:
    grouped = groupby(cells, key=lambda cell: cell[1])
    return [("".join(text for text, _ in run), layer) for layer, run in grouped]


def _x_labels(axes: Axes, scale: _Scale, margin: int, width: int) -> Row:
    line = [" "] * width
    last = round(axes.end / axes.unit)
    closing = f"{axes.name} {last}".strip()
    ticks = whole_ticks(last, max(1, (scale.canvas.columns - len(closing)) // 4))
    for tick in ticks[:-1]:
        name = str(tick)
        at = margin + scale.x(tick * axes.unit) // 2 - len(name) // 2
        if at + len(name) < width - len(closing):
            line[at : at + len(name)] = name
    line[width - len(closing) :] = closing
    return [("".join(line), LABEL)]
