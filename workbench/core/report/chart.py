"""Curves as SVG inside the page."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from workbench.core.report.line import Point
from workbench.core.report.markup import escaped

_WIDTH, _HEIGHT = 560, 240
_LEFT, _RIGHT, _TOP, _BOTTOM = 56, 28, 12, 34
_BUCKETS = 400
_MEANS = 150


@dataclass(frozen=True)
class Curve:
    """A line with a name; ``kind`` is its class in the page's style, ``has_dots`` marks points."""

    name: str
    kind: str
    points: Sequence[Point]
    has_dots: bool = False


def chart(title: str, x_name: str, curves: Sequence[Curve], *, percent: bool = False) -> str:
    """The curves in one picture with axes and a legend; empty without a finite point."""
    drawn = [Curve(c.name, c.kind, _thinned(_finite(c.points)), c.has_dots) for c in curves]
    drawn = [curve for curve in drawn if curve.points]
    if not drawn:
        return ""
    everything = [point for curve in drawn for point in curve.points]
    x_ticks = ticks(0, max(x for x, _ in everything))
    y_ticks = ticks(min(y for _, y in everything), max(y for _, y in everything))
    to_x = _scale(x_ticks, _LEFT, _WIDTH - _RIGHT)
    to_y = _scale(y_ticks, _HEIGHT - _BOTTOM, _TOP)
    parts = [_axes(x_ticks, y_ticks, to_x, to_y, x_name, percent)]
    parts += [_line(curve, to_x, to_y) for curve in drawn]
    legend = "".join(
        f'<span class="key {curve.kind}"></span>{escaped(curve.name)}' for curve in drawn
    )
    return (
        f'<figure><figcaption>{escaped(title)}<span class="legend">{legend}</span></figcaption>'
        f'<svg viewBox="0 0 {_WIDTH} {_HEIGHT}" role="img" aria-label="{escaped(title)}">'
        f"{''.join(parts)}</svg></figure>"
    )


def averaged(points: Sequence[Point]) -> list[Point]:
    """At most 150 points: the means of equally long stretches; as they are if there are few."""
    length = -(-len(points) // _MEANS)
    parts = (points[start : start + length] for start in range(0, len(points), max(1, length)))
    return [
        (sum(x for x, _ in part) / len(part), sum(y for _, y in part) / len(part)) for part in parts
    ]


def ticks(low: float, high: float) -> list[float]:
    """Three to seven round numbers from at most ``low`` to at least ``high``."""
    if high <= low:
        low, high = (low - abs(low) / 2, low + abs(low) / 2) if low else (0.0, 1.0)
    rough = (high - low) / 5
    power = 10.0 ** math.floor(math.log10(rough))
    step = power * next(factor for factor in (1, 2, 2.5, 5, 10) if factor * power >= rough)
    first, last = math.floor(low / step + 1e-9), math.ceil(high / step - 1e-9)
    return [index * step for index in range(first, last + 1)]


def _scale(marks: Sequence[float], begin: float, end: float) -> Callable[[float], float]:
    span = marks[-1] - marks[0]
    return lambda value: begin + (value - marks[0]) / span * (end - begin)


def _axes(
    x_ticks: Sequence[float],
    y_ticks: Sequence[float],
    to_x: Callable[[float], float],
    to_y: Callable[[float], float],
    x_name: str,
    percent: bool,
) -> str:
    parts = []
    for value in y_ticks:
        y = to_y(value)
        text = f"{100 * value:g}%" if percent else f"{value:.6g}"
        parts.append(
            f'<line class="grid" x1="{_LEFT}" x2="{_WIDTH - _RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'
            f'<text x="{_LEFT - 8}" y="{y + 4:.1f}" text-anchor="end">{text}</text>'
        )
    base = _HEIGHT - _BOTTOM + 16
    parts += [
        f'<text x="{to_x(value):.1f}" y="{base}" text-anchor="middle">{value:,.6g}</text>'
        for value in x_ticks
    ]
    parts.append(
        f'<text x="{_WIDTH - _RIGHT}" y="{_HEIGHT - 4}" text-anchor="end">{escaped(x_name)}</text>'
    )
    return "".join(parts)


def _line(curve: Curve, to_x: Callable[[float], float], to_y: Callable[[float], float]) -> str:
    places = [(to_x(x), to_y(y)) for x, y in curve.points]
    path = "M" + "L".join(f"{x:.1f} {y:.1f}" for x, y in places)
    dots = "".join(
        f'<circle class="{curve.kind}" cx="{x:.1f}" cy="{y:.1f}" r="3"/>'
        for x, y in (places if curve.has_dots else ())
    )
    return f'<path class="{curve.kind}" d="{path}"/>{dots}'


def _finite(points: Sequence[Point]) -> Sequence[Point]:
    if all(math.isfinite(value) for _, value in points):
        return points  # which a long run's may be millions of
    return [point for point in points if math.isfinite(point[1])]


def _thinned(points: Sequence[Point]) -> Sequence[Point]:
    """At most twice 400 points: the smallest and the largest of each stretch, in order."""
    if len(points) <= 2 * _BUCKETS:
        return points
    kept: list[Point] = []
    for bucket in range(_BUCKETS):
        begin, end = (len(points) * edge // _BUCKETS for edge in (bucket, bucket + 1))
        part = points[begin:end]
        extremes = {min(part, key=lambda point: point[1]), max(part, key=lambda point: point[1])}
        kept += sorted(extremes)
    return kept
