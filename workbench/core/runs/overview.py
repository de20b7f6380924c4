"""A run in one glance, folded from its events."""

import math
import time
from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from workbench.api.events import (
    BatchesTrained,
    CheckpointSaved,
    DataPrepared,
    EpochsChanged,
    EpochStarted,
    EpochTested,
    Event,
    ModelBuilt,
    NoteAdded,
    RunFailed,
    RunFinished,
    RunPaused,
    RunResumed,
    RunStarted,
)
from workbench.core.runs.events import decode_event, line_start
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive

RunState = Literal[
    "queued",
    "starting",
    "running",
    "paused",
    "completed",
    "stopped",
    "failed",
    "interrupted",
    "gone",
]
"""Of a run that is ``gone`` the folder is no more; only who has seen it before can say so."""
_STARTING_S = 15.0
STALLED_S = 60.0
"""A worker writes some events a second, but may import or test for long."""
_BATCHES = line_start(BatchesTrained)
_TELLING = tuple(
    line_start(kind)
    for kind in (
        RunStarted,
        DataPrepared,
        ModelBuilt,
        EpochStarted,
        EpochTested,
        EpochsChanged,
        CheckpointSaved,
        RunPaused,
        RunResumed,
        RunFinished,
        RunFailed,
        NoteAdded,
    )
)
_THEN = ", then "
_BUFFER_BYTES = 64 * 1024


@dataclass(frozen=True)
class RunOverview:
    """What a list of runs shows. Accuracies are from 0 to 1, times are Unix seconds.

    A regression has errors instead of accuracies: the mean absolute ones of its tests.

    ``epoch`` counts from 0; ``current`` of ``size`` items of it are trained on. ``elapsed_s``
    is how long an ended run trained and tested; ``note`` the last one that a person wrote.
    ``device`` names those before it too, where the run went on with another one.
    ``idle_s`` is for how long it had paused or had no worker, before the pause at ``paused_at``.
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
    last_error: float | None = None
    best_error: float | None = None
    checkpoint: str | None = None
    error: str = ""
    elapsed_s: float | None = None
    note: str = ""
    idle_s: float = 0.0
    paused_at: float = 0.0

    @property
    def worked_s(self) -> float:
        """How long an ended run trained; of any other the time since its start without pauses."""
        if self.elapsed_s is not None:
            return self.elapsed_s
        return (self.paused_at or self.updated) - self.started - self.idle_s

    def silence_s(self, now: float) -> float:
        """Seconds without news of a run that should have some; 0 for every other run.

        After :data:`STALLED_S` of them its worker may hang.
        """
        return max(0.0, now - self.updated) if self.state == "running" else 0.0

    @property
    def is_live(self) -> bool:
        """Whether a worker is at work on it."""
        return self.state in ("starting", "running", "paused")


def fold_all(seen: RunOverview, events: Iterable[Event]) -> RunOverview:
    """The overview after more events."""
    # Put together in one go: a list folds the events of a thousand runs.
    kept = (
        "device",
        "started",
        "updated",
        "best_accuracy",
        "best_error",
        "idle_s",
        "paused_at",
        "elapsed_s",
    )
    changes: dict[str, Any] = {name: getattr(seen, name) for name in kept}
    for event in events:
        changes.update(_pauses(event, changes))
        changes["updated"] = event.time
        changes["started"] = changes["started"] or event.time
        changes.update(_changes(event, changes))
    return replace(seen, **changes)


def _pauses(event: Event, so_far: dict[str, Any]) -> dict[str, Any]:
    match event:
        case RunPaused():
            return {"paused_at": so_far["paused_at"] or event.time}
        case RunStarted() if so_far["elapsed_s"] is not None:  # it ended, and goes on from there
            idle_s = event.time - so_far["started"] - so_far["elapsed_s"]
            return {"paused_at": 0.0, "idle_s": idle_s, "elapsed_s": None}
        case RunStarted() if so_far["started"]:
            since = so_far["paused_at"] or so_far["updated"]
        case RunResumed() if so_far["paused_at"]:
            since = so_far["paused_at"]
        case _:
            return {}
    return {"paused_at": 0.0, "idle_s": so_far["idle_s"] + (event.time - since)}


def _changes(event: Event, so_far: dict[str, Any]) -> dict[str, Any]:
    match event:
        case RunStarted():
            anew = {"device": ""} if event.checkpoint is None else {}
            return {"state": "running", "error": "", **anew}
        case DataPrepared():
            return {"source": event.source, "is_sample": event.is_sample}
        case ModelBuilt():
            return {
                "device": _devices(so_far["device"], event.device),
                "epochs": event.epochs,
                "steps_per_epoch": event.steps_per_epoch,
            }
        case EpochStarted():
            return {"epoch": event.epoch, "current": 0}
        case BatchesTrained():
            return {
                "epoch": event.epoch,
                "step": event.step,
                "current": event.current,
                "size": event.size,
                "last_loss": float(event.losses[-1]),
            }
        case EpochTested():
            return _tested(event, so_far)
        case EpochsChanged():
            return {"epochs": event.epochs}
        case CheckpointSaved():
            return {"checkpoint": event.name}
        case RunPaused():
            return {"state": "paused"}
        case RunResumed():
            return {"state": "running"}
        case RunFinished():
            return {"state": event.end, "elapsed_s": event.elapsed_s}
        case NoteAdded():
            return {"note": event.text}
        case RunFailed():
            return {"state": "failed", "error": event.error}
        case _:
            return {}


def _devices(before: str, now: str) -> str:
    if before.rpartition(_THEN)[2] == now:
        return before
    return f"{before}{_THEN}{now}" if before else now


def _tested(event: EpochTested, so_far: dict[str, Any]) -> dict[str, Any]:
    if event.accuracy is not None:
        best = max(event.accuracy, so_far["best_accuracy"] or 0.0)
        return {"last_accuracy": event.accuracy, "best_accuracy": best}
    error = math.nan if event.mae is None else float(event.mae)
    known = [value for value in (so_far["best_error"], error) if value is not None]
    finite = [value for value in known if math.isfinite(value)]
    return {"last_error": error, "best_error": min(finite, default=None)}


def settle(seen: RunOverview, run: RunFolder) -> RunOverview:
    """The overview with what only the folder can tell: whether it waits, or has a worker."""
    if run.queued.exists():
        return replace(seen, state="queued")
    if not seen.is_live or is_alive(run):
        return seen
    if seen.state == "starting" and is_new(run):
        return seen
    return replace(seen, state="interrupted")


def overview(run: RunFolder) -> RunOverview:
    """The overview of a run as it is now."""
    return settle(fold_all(RunOverview(run.name), telling_events(run)), run)


def telling_events(run: RunFolder) -> Iterator[Event]:
    """The events that say how a run is going, and its last one whatever it is.

    Of the many of trained batches only the last ones before another event are read.
    """
    batches = last = b""
    for line in _whole_lines(run.events):
        if line.startswith(_BATCHES):
            batches = line
        elif line.startswith(_TELLING):
            yield from _decoded(batches, line)
            batches = b""
        last = line
    yield from _decoded(batches, b"" if last.startswith((_BATCHES, *_TELLING)) else last)


def _whole_lines(path: Path) -> Iterator[bytes]:
    try:
        with path.open("rb", buffering=_BUFFER_BYTES) as file:
            for line in file:
                if line.endswith(b"\n"):  # the last one may be half written
                    yield line
    except FileNotFoundError:
        return


def _decoded(*lines: bytes) -> Iterator[Event]:
    for line in lines:
        event = decode_event(line) if line else None
        if event is not None:
            yield event


def is_new(run: RunFolder) -> bool:
    """Whether it was made so lately that its worker may have yet to take its lock."""
    try:
        return time.time() - run.plan.stat().st_mtime < _STARTING_S
    except OSError:
        return False
