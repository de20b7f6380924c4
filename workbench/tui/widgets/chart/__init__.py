"""Line charts in braille."""

from workbench.tui.widgets.chart.line_chart import LineChart
from workbench.tui.widgets.chart.looking import LookingChart
from workbench.tui.widgets.chart.plot import Axes, Curve, Dense, Mark, Points
from workbench.tui.widgets.chart.series import Series

__all__ = ["Axes", "Curve", "Dense", "LineChart", "LookingChart", "Mark", "Points", "Series"]
