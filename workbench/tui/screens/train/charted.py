"""The series of a run that a chart can show: its curves, its axes, and what the cursor reads."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from workbench.core.units import score_text
from workbench.tui.figures import count_text, loss_text
from workbench.tui.widgets.chart import Axes, Curve, Dense, Mark, Points, Series

if TYPE_CHECKING:
    from workbench.tui.run_history import RunHistory

Legend = tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class Charted:
    """One choice of what to show; ``legend`` has words with their styles, ``raw`` the
    curves without smoothing, where there is any."""

    name: str
    title: str
    legend: Legend
    is_percent: bool
    curves: Callable[[RunHistory], tuple[Curve, ...]]
    reading: Callable[[RunHistory, int, int], str]
    raw: Callable[[RunHistory], tuple[Curve, ...]] | None = None


def axes_of(history: RunHistory, charted: Charted) -> Axes:
    """From the first batch to the last one of the epoch, or of the plan for what comes rarely."""
    unit = history.overview.steps_per_epoch or max(1, len(history.losses))
    epochs = max(1, -(-len(history.losses) // unit))
    if charted.is_percent:
        epochs = max(history.overview.epochs, len(history.tests), 1)
    marks = tuple(Mark(mark.step, mark.sign) for mark in history.marks)
    return Axes(epochs * unit, unit, "epoch", percent=charted.is_percent, marks=marks)


def _loss(history: RunHistory) -> tuple[Curve, ...]:
    # The line that joins the tests must not hide the curve; their own marks lie above both.
    return Dense(history.losses, "band"), _tests(history), Dense(history.smooth, "primary")


def _raw_loss(history: RunHistory) -> tuple[Curve, ...]:
    return Dense(history.losses, "primary"), _tests(history)


def _tests(history: RunHistory) -> Points:
    return Points(tuple((test.step, test.loss) for test in history.tests), "secondary")


def _read_loss(history: RunHistory, start: int, stop: int) -> str:
    if start >= len(history.losses):
        return "no batch yet"
    smooth = history.smooth[min(stop, len(history.smooth)) - 1]
    return f"loss {_span(history.losses, start, stop, loss_text)}  smooth {loss_text(smooth)}"


def _accuracy(history: RunHistory) -> tuple[Curve, ...]:
    unit = history.overview.steps_per_epoch or max(1, len(history.losses))
    tests = history.tests
    points = [((t.epoch + 1) * unit, t.accuracy) for t in tests if t.accuracy is not None]
    return (Points(tuple(points), "secondary"),)


def _error(history: RunHistory) -> tuple[Curve, ...]:
    tests = history.tests
    points = [(test.step, test.error) for test in tests if test.error is not None]
    return (Points(tuple(points), "secondary"),)


def _read_accuracy(history: RunHistory, _: int, stop: int) -> str:
    unit = history.overview.steps_per_epoch or max(1, len(history.losses))
    tests = [test for test in history.tests if (test.epoch + 1) * unit <= stop]
    if not tests:
        return "no test yet"
    last = tests[-1]
    return f"after epoch {last.epoch + 1}: {score_text(last.accuracy, last.error)}"


def _rate(history: RunHistory) -> tuple[Curve, ...]:
    return (Dense(history.rates, "primary"),)


def _speed(history: RunHistory) -> tuple[Curve, ...]:
    return (Dense(history.speeds, "primary"),)


def _read_rate(history: RunHistory, start: int, stop: int) -> str:
    return f"learning rate {_span(history.rates, start, stop, lambda value: f'{value:g}')}"


def _read_speed(history: RunHistory, start: int, stop: int) -> str:
    return f"{_span(history.speeds, start, stop, count_text)} img/s"


def _span(series: Series, start: int, stop: int, text: Callable[[float], str]) -> str:
    """The one value of a range, or its lowest and highest."""
    extremes = series.extremes(start, stop)
    if extremes is None:
        return "NaN or infinite" if series.has_broken(start, stop) else "–"
    low, high = (text(value) for value in extremes)
    return low if low == high else f"{low} to {high}"


LOSS = Charted(
    "loss",
    "Loss",
    (("━ train", "$primary"), ("● test", "$secondary")),
    False,
    _loss,
    _read_loss,
    _raw_loss,
)
ACCURACY = Charted(
    "accuracy", "Test accuracy", (("● by epoch", "$secondary"),), True, _accuracy, _read_accuracy
)
ERROR = Charted(
    "error",
    "Mean absolute error of the test",
    (("● by epoch", "$secondary"),),
    False,
    _error,
    _read_accuracy,
)
RATE = Charted("rate", "Learning rate", (("━ by batch", "$primary"),), False, _rate, _read_rate)
SPEED = Charted("speed", "Throughput", (("━ img/s", "$primary"),), False, _speed, _read_speed)
SERIES = (LOSS, ACCURACY, RATE, SPEED)


def fitting(charted: Charted, history: RunHistory) -> Charted:
    """What stands for a choice in this run: a regression has errors instead of accuracies."""
    is_regression = any(test.error is not None for test in history.tests)
    return ERROR if charted is ACCURACY and is_regression else charted
