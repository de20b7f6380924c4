"""A run in one glance, folded from its events."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Literal

from workbench.api.events import (
    BatchesTrained,
    CheckpointSaved,
    DataPrepared,
    EpochsChanged,
    EpochStarted,
    EpochTested,
    Event,
    ModelBuilt,
    RunFailed,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
)
from workbench.core.runs.events import decode_event
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lines import LineReader
from workbench.core.runs.lock import is_alive

RunState = Literal[
    "queued", "starting", "running", "paused", "completed", "stopped", "failed", "interrupted"
]
_STARTING_S = 15.0
_BATCHES = b'{"type":"BatchesTrained"'


@dataclass(frozen=True)
class RunOverview:
    """What a list of runs shows. Accuracies are from 0 to 1, times are Unix seconds.

    ``epoch`` counts from 0; ``current`` of ``size`` items of it are trained on.
    """

    name: str
    state: RunState = "starting"
    started: float = 0.0
    updated: float = 0.0
    epoch: int = 0
    epochs: int = 0
    step: int = 0
    current: int = 0
    size: int = 0
    steps_per_epoch: int = 0
    device: str = ""
    source: str = ""
    is_sample: bool = False
    last_loss: float | None = None
    last_accuracy: float | None = None
    best_accuracy: float | None = None
    checkpoint: str | None = None
    error: str = ""

    @property
    def is_live(self) -> bool:
        """Whether a worker is at work on it."""
        return self.state in ("starting", "running", "paused")


def fold(seen: RunOverview, event: Event) -> RunOverview:
    """The overview after one more event."""
    seen = replace(seen, updated=event.time, started=seen.started or event.time)
    match event:
        case RunStarted():
            return replace(seen, state="running", error="")
        case DataPrepared():
            return replace(seen, source=event.source, is_sample=event.is_sample)
        case ModelBuilt():
            return replace(
                seen,
                device=event.device,
                epochs=event.epochs,
                steps_per_epoch=event.steps_per_epoch,
            )
        case EpochStarted():
            return replace(seen, epoch=event.epoch, current=0)
        case BatchesTrained():
            return replace(
                seen,
                epoch=event.epoch,
                step=event.step,
                current=event.current,
                size=event.size,
                last_loss=float(event.losses[-1]),
            )
        case EpochTested():
            best = max(event.accuracy, seen.best_accuracy or 0.0)
            return replace(seen, last_accuracy=event.accuracy, best_accuracy=best)
        case EpochsChanged():
            return replace(seen, epochs=event.epochs)
        case CheckpointSaved():
            return replace(seen, checkpoint=event.name)
        case RunPaused():
            return replace(seen, state="paused")
        case RunResumed():
            return replace(seen, state="running")
        case RunFinished():
            return replace(seen, state=event.end)
        case RunFailed():
            return replace(seen, state="failed", error=event.error)
        case _:
            return seen


def settle(seen: RunOverview, run: RunFolder) -> RunOverview:
    """The overview with what only the folder can tell: whether it waits, or has a worker."""
    if run.queued.exists():
        return replace(seen, state="queued")
    if not seen.is_live or is_alive(run):
        return seen
    if seen.state == "starting" and _age_s(run) < _STARTING_S:
        return seen
    return replace(seen, state="interrupted")


def overview(run: RunFolder) -> RunOverview:
    """The overview of a run as it is now."""
    seen = RunOverview(run.name)
    for event in telling_events(run):
        seen = fold(seen, event)
    return settle(seen, run)


def telling_events(run: RunFolder) -> Iterator[Event]:
    """All events but the many of trained batches, of which the last one tells enough."""
    lines = LineReader(run.events).read()
    last = max((i for i, line in enumerate(lines) if line.startswith(_BATCHES)), default=-1)
    for index, line in enumerate(lines):
        if index == last or not line.startswith(_BATCHES):
            event = decode_event(line)
            if event is not None:
                yield event


def _age_s(run: RunFolder) -> float:
    try:
        return time.time() - run.plan.stat().st_mtime
    except OSError:
        return float("inf")
