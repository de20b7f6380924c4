"""Drawing curves with axes into rows of text runs; pure, without a terminal."""

import math
from dataclasses import dataclass
from itertools import groupby

from workbench.tui.widgets.chart.canvas import Canvas
from workbench.tui.widgets.chart.series import LARGEST, Series
from workbench.tui.widgets.chart.ticks import (
    labels,
    log_ticks,
    nice_ticks,
    whole_between,
    whole_ticks,
)

AXIS, LABEL, GRID, BROKEN = "axis", "label", "grid", "broken"
MARK, CURSOR = "mark", "cursor"
_SMALLEST = (12, 3)
_CELLS_A_MARK = 4
_LEAST_SHARE = 0.02
_LOG_SHARE = 1e-4
_LOG_DEPTH = 1e-12

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
class Mark:
    """Something that happened at an x: a thin line with a character on top."""

    x: float
    character: str


@dataclass(frozen=True)
class Axes:
    """The x axis from 0 to ``end``, with ``unit`` of x from one whole tick to the next.

    With ``percent`` a y of 1 is shown as 100%; with ``full`` the y axis goes from 0 to 1.
    From ``start`` on and up to ``stop`` it is shown, if that is given; with ``log`` the y
    axis is logarithmic, and values that are not above 0 lie on its bottom. ``marks`` and the
    ``cursor`` are lines from top to bottom.
    """

    end: float
    unit: float
    name: str = ""
    percent: bool = False
    full: bool = False
    start: float = 0.0
    stop: float | None = None
    log: bool = False
    marks: tuple[Mark, ...] = ()
    cursor: float | None = None

    @property
    def window(self) -> tuple[float, float]:
        """The shown part of the x axis."""
        return self.start, self.end if self.stop is None else self.stop


def margin_of(rows: list[Row]) -> int:
    """The cells at the left of a drawn chart that its y axis takes."""
    return len(rows[0][0][0]) + 1 if rows else 0


def changed_cells(before: Row, now: Row) -> list[tuple[int, int]]:
    """From the first cell of a row that changed up to after the last; empty where none did."""
    if before == now:
        return []
    cells = [[(letter, layer) for text, layer in row for letter in text] for row in (before, now)]
    if len(cells[0]) != len(cells[1]):
        return [(0, max(map(len, cells)))]
    changed = [at for at, (old, new) in enumerate(zip(*cells, strict=True)) if old != new]
    return [(changed[0], changed[-1] + 1)] if changed else []


def draw(curves: tuple[Curve, ...], axes: Axes, width: int, height: int) -> list[Row]:
    """The chart as ``height`` rows of ``width`` cells; empty where it is too small."""
    extremes = (0.0, 1.0) if axes.full else _extremes(curves, axes)
    if width < _SMALLEST[0] or height < _SMALLEST[1] or extremes is None:
        return []
    most = min(6, max(2, (height - 1) // 2))
    ticks = log_ticks(*extremes, most) if axes.log else nice_ticks(*extremes, most)
    names = labels(ticks, percent=axes.percent)
    margin = max(len(name) for name in names) + 2
    canvas = Canvas(width - margin, height - 1)
    low = min(ticks[0], extremes[0]) if axes.log else ticks[0]
    scale = _Scale(low, max(ticks[-1], extremes[1]), *axes.window, axes.log, canvas)
    _draw_lines(canvas, scale, axes)
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


def _draw_lines(canvas: Canvas, scale: "_Scale", axes: Axes) -> None:
    # A run that was steered a thousand times has many marks in a column.
    for x in {scale.x(mark.x) for mark in axes.marks}:
        canvas.line(x, 0, x, canvas.height - 1, MARK)
    for mark in axes.marks:
        canvas.mark(scale.x(mark.x), 0, mark.character, MARK)
    if axes.cursor is not None:
        x = scale.x(axes.cursor)
        canvas.line(x, 0, x, canvas.height - 1, CURSOR)
        canvas.mark(x, canvas.height - 1, "▲", CURSOR)


def _extremes(curves: tuple[Curve, ...], axes: Axes) -> tuple[float, float] | None:
    start, stop = axes.window
    found: list[float] = []
    for curve in curves:
        if isinstance(curve, Dense):
            found.extend(curve.series.extremes(math.floor(start), math.ceil(stop)) or ())
        else:
            found.extend(y for x, y in curve.points if abs(y) < LARGEST and start <= x <= stop)
    if not found:
        return None
    low, high = min(found), max(found)
    if axes.log:  # what is not above 0 lies on the bottom
        if high < 1 / LARGEST:
            return None
        return max(low, high * (_LOG_DEPTH if low > 0 else _LOG_SHARE)), high
    is_percent = axes.percent
    is_flat_share = 0 <= low <= high <= 1 and high - low < _LEAST_SHARE
    if is_percent and is_flat_share:  # room around it, yet never above 100%
        return max(0.0, low - _LEAST_SHARE), min(1.0, high + _LEAST_SHARE)
    return low, high


@dataclass(frozen=True)
class _Scale:
    low: float
    high: float
    start: float
    end: float
    log: bool
    canvas: Canvas

    def x(self, value: float) -> int:
        share = (value - self.start) / max(self.end - self.start, 1e-12)
        return round(share * (self.canvas.width - 1))

    def y(self, value: float) -> int:
        if self.log:
            value = max(value, self.low)
            share = math.log(value / self.low) / math.log(self.high / self.low)
        else:
            share = (value - self.low) / (self.high - self.low)
        return round((1 - share) * (self.canvas.height - 1))


def _draw_dense(canvas: Canvas, scale: _Scale, curve: Dense) -> None:
    earlier: tuple[int, int] | None = None
    for x in range(canvas.width):
        start = round(scale.start + x / canvas.width * (scale.end - scale.start))
        stop = round(scale.start + (x + 1) / canvas.width * (scale.end - scale.start))
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
    low = high = 0  # of the column of the point before this is drawn already
    is_sparse = len(curve.points) * _CELLS_A_MARK <= canvas.columns
    for x, y in curve.points:
        if not scale.start <= x <= scale.end:
            earlier = None
            continue
        if not abs(y) < LARGEST:
            canvas.mark(scale.x(x), 0, "✕", BROKEN)
            continue
        place = scale.x(x), scale.y(y)
        if earlier is None or place[0] != earlier[0]:
            low = high = place[1]
        if earlier is not None and not (place[0] == earlier[0] and low <= place[1] <= high):
            canvas.line(*earlier, *place, curve.layer)
        low, high = min(low, place[1]), max(high, place[1])
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
    start, end = axes.window
    if (start, end) != (0.0, axes.end):
        return _zoomed_labels(axes, scale, margin, width)
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


def _zoomed_labels(axes: Axes, scale: _Scale, margin: int, width: int) -> Row:
    """Whole units, or batches where fewer than two units are shown."""
    line = [" "] * width
    start, end = axes.window
    is_fine = end - start < 2 * axes.unit
    unit = 1.0 if is_fine else axes.unit
    closing = f"{'batch' if is_fine else axes.name} {math.floor(end / unit):,}".strip()
    most = max(1, (scale.canvas.columns - len(closing)) // 10)
    for tick in whole_between(start / unit, end / unit, most):
        name = f"{tick:,}"
        at = margin + scale.x(tick * unit) // 2 - len(name) // 2
        if at + len(name) < width - len(closing):
            line[at : at + len(name)] = name
    line[width - len(closing) :] = closing
    return [("".join(line), LABEL)]
