"""What a report tells of a run, read from its folder."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbench.api.events import (
    BatchesTrained,
    DataPrepared,
    EpochTested,
    Event,
    EventBase,
    LossReported,
    ModelBuilt,
    NoteAdded,
    RunStarted,
    Sample,
    SamplesPredicted,
    WarningRaised,
)
from workbench.core.checkpoints import Checkpoint, list_checkpoints
from workbench.core.evaluation import EvaluationResult, samples_by_epoch
from workbench.core.report.line import Line, Point
from workbench.core.runs import RunFolder, RunOverview, effective_events, overview
from workbench.core.runs.events import stream_events
from workbench.core.runs.title import plan_title

_E = TypeVar("_E", bound=EventBase)


@dataclass(frozen=True)
class RunReport:
    """A run's story; curves are points of the run's step and a value.

    A regression has the mean absolute ``error`` of its tests instead of their ``accuracy``.

    ``evaluation`` and ``worst`` (the items of the highest loss) are those of one checkpoint,
    or ``problem`` says why there are none.
    """

    overview: RunOverview
    title: str
    plan: str
    started: RunStarted | None
    data: DataPrepared | None
    model: ModelBuilt | None
    elapsed_s: float
    train_loss: Sequence[Point]
    test_loss: tuple[Point, ...]
    accuracy: tuple[Point, ...]
    error: tuple[Point, ...]
    learning_rate: Sequence[Point]
    epochs: dict[int, SamplesPredicted]
    notes: tuple[NoteAdded | WarningRaised, ...]
    checkpoints: tuple[Checkpoint, ...]
    evaluation: EvaluationResult | None = None
    worst: tuple[Sample, ...] = ()
    problem: str = ""
    classes: tuple[str, ...] = ()


def gather(run: RunFolder) -> RunReport:
    """Read a run's folder; the evaluation is for the caller to add."""
    trained = _Trained()
    events = effective_events(_without_batches(run, trained))
    tested = [event for event in events if isinstance(event, EpochTested)]
    data = _last(events, DataPrepared)
    return RunReport(
        overview=overview(run),
        title=plan_title(run),
        plan=run.plan.read_text(encoding="utf-8", errors="replace"),
        started=_last(events, RunStarted),
        data=data,
        model=_last(events, ModelBuilt),
        elapsed_s=sum(trained.elapsed_s.values) + sum(item.elapsed_s for item in tested),
        train_loss=trained.loss,
        test_loss=tuple((event.step, float(event.loss)) for event in tested),
        accuracy=tuple(
            (event.step, event.accuracy) for event in tested if event.accuracy is not None
        ),
        error=tuple((event.step, float(event.mae)) for event in tested if event.mae is not None),
        learning_rate=trained.learning_rate,
        epochs=samples_by_epoch(events),
        notes=tuple(event for event in events if isinstance(event, (NoteAdded, WarningRaised))),
        checkpoints=tuple(list_checkpoints(run)),
        classes=data.classes if data else (),
    )


class _Trained:
    """What a run's batches tell."""

    def __init__(self) -> None:
        self.loss, self.learning_rate, self.elapsed_s = Line(), Line(), Line()

    def add(self, event: BatchesTrained) -> None:
        """Take in the next batches."""
        self.loss.extend(event.step - len(event.losses) + 1, map(float, event.losses))
        self.learning_rate.extend(event.step, [event.learning_rate])
        self.elapsed_s.extend(event.step, [event.elapsed_s])

    def rewind(self, step: int) -> None:
        """Forget what is trained anew."""
        for line in (self.loss, self.learning_rate, self.elapsed_s):
            line.cut(step)


def _without_batches(run: RunFolder, trained: _Trained) -> Iterator[Event]:
    """The other events; those of the batches, nearly all of a long run, go to ``trained``."""
    for event in stream_events(run):
        match event:
            case BatchesTrained():
                trained.add(event)
            case LossReported():
                continue
            case RunStarted():
                trained.rewind(event.step)
                yield event
            case _:
                yield event


def _last(events: Sequence[Event], kind: type[_E]) -> _E | None:
    found = [event for event in events if isinstance(event, kind)]
    return found[-1] if found else None
