"""What differs between runs, in their plans and in their results."""

import math
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.api.errors import WorkbenchError
from workbench.api.events import EpochTested, RunFinished
from workbench.api.options import format_value
from workbench.core.files import read_toml
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.overview import RunOverview, fold, settle, telling_events

# What a plan says of its own place, and not of what is trained.
_LEFT_OUT = frozenset({"plugins"})


@dataclass(frozen=True)
class RunResult:
    """A run in a comparison: accuracies from 0 to 1, mean losses of the test split.

    ``values`` are its plan's keys that differ, as ``--set`` takes them, empty where its plan
    has no such key. ``elapsed_s`` is the time it trained, or has trained so far.
    """

    name: str
    state: str
    is_sample: bool
    values: dict[str, str]
    best_accuracy: float | None
    last_accuracy: float | None
    best_loss: float | None
    last_loss: float | None
    epochs: int
    step: int
    elapsed_s: float


@dataclass(frozen=True)
class Comparison:
    """Runs, the best first, and the keys of their plans that differ."""

    keys: tuple[str, ...]
    runs: tuple[RunResult, ...]


def compare_runs(runs: Sequence[RunFolder]) -> Comparison:
    """Compare runs; those without an accuracy come last."""
    plans = [_flat_plan(run) for run in runs]
    known = list(dict.fromkeys(key for plan in plans for key in plan))
    keys = tuple(key for key in known if len({plan.get(key, "") for plan in plans}) > 1)
    results = [
        _result(run, {key: plan.get(key, "") for key in keys})
        for run, plan in zip(runs, plans, strict=True)
    ]
    return Comparison(keys, tuple(sorted(results, key=_rank)))


def _rank(result: RunResult) -> tuple[float, float]:
    accuracy = -1.0 if result.best_accuracy is None else result.best_accuracy
    return -accuracy, math.inf if result.best_loss is None else result.best_loss


def _flat_plan(run: RunFolder) -> dict[str, str]:
    try:
        document = read_toml(run.plan)
    except WorkbenchError:
        return {}
    return dict(_flat({key: value for key, value in document.items() if key not in _LEFT_OUT}))


def _flat(document: Mapping[str, Any], prefix: str = "") -> list[tuple[str, str]]:
    found = []
    for key, value in document.items():
        if isinstance(value, Mapping):
            found += _flat(value, f"{prefix}{key}.")
        else:
            found.append((f"{prefix}{key}", format_value(value)))
    return found


def _result(run: RunFolder, values: dict[str, str]) -> RunResult:
    seen, losses, elapsed_s = RunOverview(run.name), [], None
    for event in telling_events(run):
        seen = fold(seen, event)
        if isinstance(event, EpochTested):
            losses.append(float(event.loss))
        elapsed_s = event.elapsed_s if isinstance(event, RunFinished) else elapsed_s
    seen = settle(seen, run)
    return RunResult(
        name=run.name,
        state=seen.state,
        is_sample=seen.is_sample,
        values=values,
        best_accuracy=seen.best_accuracy,
        last_accuracy=seen.last_accuracy,
        best_loss=min((loss for loss in losses if not math.isnan(loss)), default=None),
        last_loss=losses[-1] if losses else None,
        epochs=seen.epochs,
        step=seen.step,
        elapsed_s=seen.updated - seen.started if elapsed_s is None else elapsed_s,
    )
