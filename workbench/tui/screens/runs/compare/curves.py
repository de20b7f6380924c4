"""The curves of several runs, read in a thread and small enough to draw at once."""

from collections.abc import Sequence
from dataclasses import dataclass

from workbench.core.runs import EventReader, RunFolder
from workbench.core.runs.comparing import Comparison, compare_runs
from workbench.tui.run_history import RunHistory
from workbench.tui.widgets.chart import Series

MOST_CURVES = 8
_COLUMNS = 240

Points = tuple[tuple[float, float], ...]


@dataclass(frozen=True)
class RunCurves:
    """A run's smoothed training loss and its test accuracy, both over epochs.

    A regression has a mean absolute ``error`` of its tests instead.
    """

    loss: Points
    accuracy: Points
    error: Points


@dataclass(frozen=True)
class Compared:
    """The comparison of all runs, and the curves of the best of them by name."""

    comparison: Comparison
    curves: dict[str, RunCurves]


class ComparisonReader:
    """Reads on what the runs wrote; one thread at a time may read."""

    def __init__(self, runs: Sequence[RunFolder]) -> None:
        self._runs = {run.name: run for run in runs}
        self._readers: dict[str, EventReader] = {}
        self._histories: dict[str, RunHistory] = {}
        self._curves: dict[str, RunCurves] = {}

    def read(self) -> Compared:
        """The runs as they are now. Raises :class:`WorkbenchError`."""
        there = [run for run in self._runs.values() if run.plan.exists()]
        comparison = compare_runs(there)
        drawn = [result.name for result in comparison.runs[:MOST_CURVES]]
        for name in drawn:
            self._read_on(name)
        return Compared(comparison, {name: self._curves[name] for name in drawn})

    def _read_on(self, name: str) -> None:
        run = self._runs[name]
        reader = self._readers.setdefault(name, EventReader(run))
        history = self._histories.setdefault(name, RunHistory(run))
        is_new = name not in self._curves
        for events in reader.blocks():
            history.apply(events)
            is_new = True
        if is_new:
            self._curves[name] = curves_of(history)


def curves_of(history: RunHistory) -> RunCurves:
    """The curves of a run as far as it was read."""
    steps = history.overview.steps_per_epoch or 1
    tests = history.tests
    accuracy = [(t.epoch + 1.0, t.accuracy) for t in tests if t.accuracy is not None]
    error = [(t.epoch + 1.0, t.error) for t in tests if t.error is not None]
    return RunCurves(reduced(history.smooth, steps), tuple(accuracy), tuple(error))


def reduced(series: Series, steps_per_epoch: int) -> Points:
    """A series over epochs with at most some hundred points, and no spike left out."""
    count = len(series)
    width = max(1, -(-count // _COLUMNS))
    points: list[tuple[float, float]] = []
    for start in range(0, count, width):
        bucket = series.bucket(start, start + width)
        if bucket is None:
            continue
        x = min(start + width, count) / steps_per_epoch
        values = (bucket.first, bucket.low, bucket.high, bucket.last)
        points += [(x, value) for value in dict.fromkeys(values)]
    return tuple(points)
