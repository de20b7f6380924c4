"""What a report tells of a run, read from its folder."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TypeVar

from workbench.api.events import (
    BatchesTrained,
    DataPrepared,
    EpochTested,
    Event,
    EventBase,
    ModelBuilt,
    NoteAdded,
    RunStarted,
    Sample,
    SamplesPredicted,
    WarningRaised,
)
from workbench.core.checkpoints import Checkpoint, list_checkpoints
from workbench.core.evaluation import EvaluationResult, samples_by_epoch
from workbench.core.runs import RunFolder, RunOverview, effective_events, overview, read_events
from workbench.core.runs.title import plan_title

Point = tuple[float, float]
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
    train_loss: tuple[Point, ...]
    test_loss: tuple[Point, ...]
    accuracy: tuple[Point, ...]
    error: tuple[Point, ...]
    learning_rate: tuple[Point, ...]
    epochs: dict[int, SamplesPredicted]
    notes: tuple[NoteAdded | WarningRaised, ...]
    checkpoints: tuple[Checkpoint, ...]
    evaluation: EvaluationResult | None = None
    worst: tuple[Sample, ...] = ()
    problem: str = ""
    classes: tuple[str, ...] = ()


def gather(run: RunFolder) -> RunReport:
    """Read a run's folder; the evaluation is for the caller to add."""
    events = effective_events(read_events(run))
    trained = [event for event in events if isinstance(event, BatchesTrained)]
    tested = [event for event in events if isinstance(event, EpochTested)]
    data = _last(events, DataPrepared)
    return RunReport(
        overview=overview(run),
        title=plan_title(run),
        plan=run.plan.read_text(encoding="utf-8", errors="replace"),
        started=_last(events, RunStarted),
        data=data,
        model=_last(events, ModelBuilt),
        elapsed_s=sum(item.elapsed_s for item in trained) + sum(item.elapsed_s for item in tested),
        train_loss=tuple(point for event in trained for point in _losses(event)),
        test_loss=tuple((event.step, float(event.loss)) for event in tested),
        accuracy=tuple(
            (event.step, event.accuracy) for event in tested if event.accuracy is not None
        ),
        error=tuple((event.step, float(event.mae)) for event in tested if event.mae is not None),
        learning_rate=tuple((event.step, event.learning_rate) for event in trained),
        epochs=samples_by_epoch(events),
        notes=tuple(event for event in events if isinstance(event, (NoteAdded, WarningRaised))),
        checkpoints=tuple(list_checkpoints(run)),
        classes=data.classes if data else (),
    )


def _losses(event: BatchesTrained) -> list[Point]:
    first = event.step - len(event.losses) + 1
    return [(first + index, float(loss)) for index, loss in enumerate(event.losses)]


def _last(events: Sequence[Event], kind: type[_E]) -> _E | None:
    found = [event for event in events if isinstance(event, kind)]
    return found[-1] if found else None
