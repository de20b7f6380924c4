"""What the screens show of one run, folded from its events."""

import math
import time
from collections import deque
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, cast

from workbench.api import formats
from workbench.api.events import (
    BatchesTrained,
    CheckpointFailed,
    CheckpointSaved,
    DataPrepared,
    DataProgress,
    EpochsChanged,
    EpochStarted,
    EpochTested,
    Evaluated,
    Event,
    LearningRateChanged,
    LossReported,
    ModelBuilt,
    NoteAdded,
    RunFailed,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
    SamplesPredicted,
    StageEntered,
    WarningRaised,
    log_lines,
)
from workbench.api.training import ModelSummary
from workbench.core.runs import RunFolder, RunOverview
from workbench.core.runs.overview import fold_all
from workbench.core.runs.skimming import Skimmed
from workbench.core.units import bytes_text
from workbench.tui.batch_columns import BatchColumns, smoothed, without_gaps
from workbench.tui.run_marks import RunMark, mark_of, rewound
from workbench.tui.widgets.chart.series import Series

LogKind = Literal["epoch", "loss", "test", "done", "prediction", "note", "warning", "error"]

_SPEED_WINDOW_S = 3.0
_LOG_LIMIT = 5000
_STARTING_S = 15.0
_APART = (RunStarted, ModelBuilt)
"""Events that change how the batches after them are taken in."""


@dataclass(frozen=True)
class LogLine:
    """A line of the log, and what it is."""

    kind: LogKind
    text: str


@dataclass(frozen=True)
class EpochResult:
    """The test split after an epoch; ``step`` batches were trained.

    A regression has an ``error``, the mean absolute one, instead of an accuracy.
    """

    epoch: int
    step: int
    accuracy: float | None
    loss: float
    error: float | None = None


class RunHistory:
    """A run as far as its events were read.

    ``title`` is its plan in a line. ``losses`` has one value a batch of the run, ``smooth``
    its running mean; so have ``rates`` (the learning rate) and ``speeds`` (items a second).
    ``stage`` says what the worker does before the first batch, ``waiting`` what the run waits
    for in a cluster's scheduler;
    ``elapsed_s`` how long the ended run took; ``test_size`` counts the items of the test split.
    """

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self.title = ""
        self.overview = RunOverview(run.name)
        self.losses = Series()
        self.smooth = Series()
        self.rates = Series()
        self.speeds = Series()
        self.tests: list[EpochResult] = []
        self.marks: list[RunMark] = []
        self.log: deque[LogLine] = deque(maxlen=_LOG_LIMIT)
        self.log_count = 0
        self.samples: SamplesPredicted | None = None
        self.summary: ModelSummary | None = None
        self.learning_rate: float | None = None
        self.stage = ""
        self.waiting = ""
        self.progress: DataProgress | None = None
        self.elapsed_s: float | None = None
        self.test_size = 0
        self._batch_size = 1
        self._is_skimmed = False
        self._has_curves = True
        self._recent: deque[tuple[int, float]] = deque()
        self._recent_s = 0.0
        self._test_s = 0.0
        self._launched_at = -math.inf
        self._was_live = False

    def apply(self, events: Sequence[Event]) -> None:
        """Take in the events that came since the last time."""
        telling: list[Event] = []
        batches: list[BatchesTrained] = []
        told = begin = 0
        for at in [at for at, event in enumerate(events) if type(event) is not BatchesTrained]:
            batches += cast("Sequence[BatchesTrained]", events[begin:at])
            event, begin = events[at], at + 1
            if type(event) is LossReported:
                self._log(_lines(event))
                continue
            # Of the many of trained batches the last ones before another event tell it all.
            telling += [*batches[told:][-1:], event]
            told = len(batches)
            if isinstance(event, _APART):
                self._take_batches(batches)
                batches, told = [], 0
            self.apply_result(event)
        batches += cast("Sequence[BatchesTrained]", events[begin:])
        telling += batches[told:][-1:]
        self._take_batches(batches)
        self.overview = fold_all(self.overview, telling)

    def skim(self, events: Skimmed) -> None:
        """Take in some events of a long run: what lies between them is drawn as if it stood still.

        Without events in between there are no curves.
        """
        self._is_skimmed, self._has_curves = True, bool(events.between)
        self.apply(events.first)
        for place in events.between:
            self._take_batches([event for event in place if isinstance(event, BatchesTrained)])
        for event in events.tests:
            self._take(event)
        self.overview = fold_all(self.overview, events.tests)
        self.apply(events.last)

    def adopt(self, past: "RunHistory") -> None:
        """Take over what another read of the same run in its file."""
        own = (self._launched_at, self._was_live, self.waiting)
        vars(self).update(vars(past))
        self._launched_at, self._was_live, self.waiting = own

    def apply_result(self, event: Event) -> None:
        """Take in what a task outside the run found; the run itself stays as it is."""
        self._take(event)
        self._log(_lines(event))

    def note(self, text: str) -> None:
        """Put a line of one's own into the log."""
        self._log([LogLine("note", text)])

    def _log(self, lines: Iterable[LogLine]) -> None:
        for line in lines:
            self.log.append(line)
            self.log_count += 1

    def launched(self) -> None:
        """A worker was just started, and has yet to take the run's lock."""
        self.overview = replace(self.overview, state="starting", error="")
        self._launched_at = time.monotonic()

    def completes(self) -> bool:
        """Whether the run was live when this was asked last, and is completed now.

        A short run launched here may never be seen running: all its events come at once.
        """
        was_live, seen = self._was_live, self.overview
        is_known = seen.state != "starting" or self._launched_at > -math.inf
        self._was_live = seen.is_live and is_known
        return was_live and seen.state == "completed"

    def settle(self, is_alive: bool) -> bool:
        """Take in whether a worker holds the run's lock; whether that changed anything."""
        starts = time.monotonic() - self._launched_at < _STARTING_S
        if not is_alive and not starts and self.run.queued.exists():
            was, self.overview = self.overview, replace(self.overview, state="queued")
            return was != self.overview
        if is_alive or not self.overview.is_live or starts:
            return False
        self.overview = replace(self.overview, state="interrupted")
        return True

    def lost(self) -> None:
        """The run's folder is gone: nothing can be asked of it any more."""
        self.overview = replace(self.overview, state="gone")

    def _take(self, event: Event) -> None:
        if isinstance(event, RunStarted):
            self.marks = rewound(self.marks, event.step)
            self.tests = [test for test in self.tests if test.step <= event.step]
        if (mark := mark_of(event)) is not None:
            self.marks.append(mark)
        match event:
            case RunStarted():
                self._recent.clear()
                self._recent_s = 0.0
                self.stage = "starting"
            case StageEntered():
                self.stage, self.progress = event.stage, None
            case DataProgress():
                self.progress = event
            case DataPrepared():
                self.progress, self.test_size = None, event.sizes.get("test", 0)
            case ModelBuilt():
                self.stage, self.summary = "", event.summary
                self._batch_size = event.batch_size
            case BatchesTrained():
                self._take_batches([event])
            case EpochTested():
                self._test_s = event.elapsed_s
                error = None if event.mae is None else float(event.mae)
                loss = float(event.loss)
                point = EpochResult(event.epoch, event.step, event.accuracy, loss, error)
                while self.tests and self.tests[-1].epoch >= event.epoch:
                    self.tests.pop()  # trained anew; going through all is slow after many epochs
                self.tests.append(point)
            case SamplesPredicted():
                self.samples = event
            case RunFinished():
                self.elapsed_s = event.elapsed_s
            case _:
                pass

    def _take_batches(self, events: list[BatchesTrained]) -> None:
        for part in without_gaps(events) if self._has_curves else ():
            columns = BatchColumns(part, self._batch_size)
            for series in (self.losses, self.smooth, self.rates, self.speeds):
                # A resumed run trains again what came after its checkpoint.
                series.truncate(columns.begin)
                missing = columns.begin - len(series)
                series.repeat(series.last if self._is_skimmed else math.nan, missing)
            self.losses.extend(columns.losses)
            self.smooth.extend(smoothed(columns.losses, self.smooth.last))
            self.rates.extend(columns.rates)
            self.speeds.extend(columns.speeds)
        if events:
            self.learning_rate = events[-1].learning_rate
        for event in _latest(events):
            self._recent.append((len(event.losses), event.elapsed_s))
            self._recent_s += event.elapsed_s
            while len(self._recent) > 1 and self._recent_s > _SPEED_WINDOW_S:
                self._recent_s -= self._recent.popleft()[1]

    @property
    def items_per_s(self) -> float | None:
        """Training items a second, lately."""
        batches = sum(count for count, _ in self._recent)
        elapsed_s = sum(seconds for _, seconds in self._recent)
        return batches * self._batch_size / elapsed_s if elapsed_s > 0 else None

    @property
    def left_s(self) -> float | None:
        """Seconds until the end of the run at the speed of late."""
        seen, speed = self.overview, self.items_per_s
        if not (speed and seen.size and seen.epochs and seen.is_live):
            return None
        epochs = max(0, seen.epochs - seen.epoch)
        tests_left = max(0, seen.epochs - len(self.tests))
        return max(0, epochs * seen.size - seen.current) / speed + tests_left * self._test_s


def _latest(events: list[BatchesTrained]) -> list[BatchesTrained]:
    """The last events, as far back as the speed of late is looked at."""
    seconds, first = 0.0, len(events)
    while first > 0 and seconds <= _SPEED_WINDOW_S:
        first -= 1
        seconds += events[first].elapsed_s
    return events[first:]


def _lines(event: Event) -> list[LogLine]:
    """The lines of the log that an event gives, those of the shared format untouched."""
    match event:
        case EpochStarted():
            return _as("epoch", *log_lines(event))
        case LossReported():
            return _as("loss", *log_lines(event))
        case EpochTested():
            return _as("test", *log_lines(event))
        case Evaluated():
            note = f"evaluated {event.split} at step {event.step:,}"
            return [LogLine("note", note), *_as("test", *log_lines(event))]
        case RunFinished(end="completed"):
            return _as("done", *log_lines(event))
        case SamplesPredicted(epoch=None):
            return [
                LogLine("prediction", formats.prediction_line(item.predicted, item.actual))
                for item in event.samples
            ]
        case WarningRaised():
            return _as("warning", event.message)
        case CheckpointFailed():
            return _as("error", f"checkpoint not saved: {event.error}")
        case RunFailed():
            return _as("error", event.error)
        case _:
            note = _note(event)
            return _as("note", note) if note else []


def _note(event: Event) -> str:
    match event:
        case RunStarted(checkpoint=str(name)):
            return f"resumed from {name}"
        case DataPrepared():
            sample = ", SAMPLE" if event.is_sample else ""
            return f"{event.dataset} ({event.source}{sample})"
        case ModelBuilt(ranks=ranks) if ranks:
            return ", ".join(f"rank {item.rank}: {item.device} of {item.host}" for item in ranks)
        case CheckpointSaved():
            return f"saved {event.name}, {bytes_text(event.size_bytes)}"
        case RunPaused():
            return f"paused at step {event.step:,}"
        case RunResumed():
            return f"resumed at step {event.step:,}"
        case LearningRateChanged():
            return f"learning rate {event.learning_rate:g} from step {event.step:,}"
        case EpochsChanged():
            return f"{event.epochs} epochs in all"
        case NoteAdded():
            return f"note: {event.text}"
        case RunFinished(end="stopped"):
            return f"stopped at step {event.step:,}"
        case _:
            return ""


def _as(kind: LogKind, *texts: str) -> list[LogLine]:
    return [LogLine(kind, text) for text in texts]
