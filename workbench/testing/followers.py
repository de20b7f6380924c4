"""Telling a follower of a short run, and of the same run after it was resumed."""

import tempfile
from collections.abc import Iterator
from pathlib import Path

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import (
    BatchesTrained,
    EpochStarted,
    EpochTested,
    Event,
    LossReported,
    RunFinished,
    RunStarted,
)
from workbench.api.following import FollowedRun
from workbench.api.specs import FollowerSpec
from workbench.core.plan.followers import made_follower
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import missing_modules
from workbench.core.plugins.tracebacks import place_of
from workbench.testing.registration import spec_of
from workbench.testing.report import CheckTask, Notes, Report

_BATCHES = 4


def check_follower(registry: Registry, task: CheckTask) -> Report:
    """Make a follower with its default options and tell it of a run."""
    notes = Notes()
    subject = f"follower {task.name}"
    notes.check(subject)
    spec = spec_of(registry, task, FollowerSpec)
    missing = missing_modules(spec)
    if missing:
        notes.skip(subject, f"{', '.join(missing)} is not installed ({spec.install}).")
        return notes.report()
    try:
        with tempfile.TemporaryDirectory(prefix="workbench-check-") as folder:
            for step in (0, 2):
                _tell(spec, Path(folder), step)
    except UserError as error:
        notes.skip(subject, f"it does not follow with its default options: {error}")
    except WorkbenchError as error:
        notes.find(subject, f"it can't be made: {error}")
    except Exception as error:
        where = f"({type(error).__name__}: {error}; {place_of(error)})"
        notes.find(subject, f"it fails when it is told of a run {where}; mend it.")
    return notes.report()


def _tell(spec: FollowerSpec, folder: Path, step: int) -> None:
    files = folder / "run" / "followers"
    files.mkdir(parents=True, exist_ok=True)
    run = FollowedRun(folder / "run", {"epochs": 1, "model": {"name": "any"}}, step, files)
    made = made_follower(spec, run, spec.options())
    for event in _events(step):
        made.follow(event)
    made.close()


def _events(first: int) -> Iterator[Event]:
    """What a worker tells of an epoch, from a step on."""
    yield RunStarted(pid=1, host="here", workbench="", python="", versions={}, step=first)
    yield EpochStarted(epoch=0, step=0)
    for batch in range(first, _BATCHES):
        yield BatchesTrained(
            epoch=0,
            first_batch=batch,
            losses=(1.0,),
            step=batch + 1,
            current=batch + 1,
            size=_BATCHES,
            learning_rate=0.1,
            elapsed_s=0.1,
        )
        yield LossReported(
            epoch=0, batch=batch, step=batch + 1, loss=1.0, current=batch + 1, size=_BATCHES
        )
    yield EpochTested(
        epoch=0,
        step=_BATCHES,
        accuracy=0.5,
        loss=1.0,
        correct=1,
        size=2,
        elapsed_s=0.1,
        is_best=True,
    )
    yield RunFinished(
        end="completed", step=_BATCHES, last_accuracy=0.5, best_accuracy=0.5, elapsed_s=1.0
    )
