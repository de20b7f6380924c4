"""A chart with a colour and a sign for each run."""

from collections.abc import Sequence
from typing import ClassVar

from workbench.tui.screens.runs.compare.curves import MOST_CURVES
from workbench.tui.widgets.chart import Curve, LineChart, Points

SIGNS = ("●", "▲", "■", "◆", "▼", "★", "✚", "○")
_SIGNS_A_CURVE = 4


class RunsChart(LineChart):
    """The colours of the runs beside those that every chart has."""

    COMPONENT_CLASSES: ClassVar[set[str]] = {
        f"line-chart--run-{index}" for index in range(MOST_CURVES)
    }
    DEFAULT_CSS = """
    RunsChart {
        .line-chart--run-0 { color: $primary; }
        .line-chart--run-1 { color: $secondary; }
        .line-chart--run-2 { color: #7aa8ff; }
        .line-chart--run-3 { color: $error; }
        .line-chart--run-4 { color: #c792ea; }
        .line-chart--run-5 { color: $success; }
        .line-chart--run-6 { color: $warning; }
        .line-chart--run-7 { color: $foreground; }
    }
    """


RUN_COLORS = (
    "$primary",
    "$secondary",
    "#7aa8ff",
    "$error",
    "#c792ea",
    "$success",
    "$warning",
    "$foreground",
)
"""The same colours for the legend."""


def with_signs(index: int, points: Sequence[tuple[float, float]], end: float) -> list[Curve]:
    """A long curve, with the run's sign on it here and there, at other places for each run."""
    layer = f"run-{index}"
    curves: list[Curve] = [Points(tuple(points), layer, "")]
    shift = (index + 1) / (MOST_CURVES + 1)
    for number in range(_SIGNS_A_CURVE):
        wanted = end * (number + shift) / _SIGNS_A_CURVE
        near = next((point for point in points if point[0] >= wanted), None)
        if near is not None:
            curves.append(Points((near,), layer, SIGNS[index]))
    return curves
