"""What differs between runs, in their plans and in their results."""

import math
from collections.abc import Sequence
from dataclasses import dataclass

from workbench.api.errors import WorkbenchError
from workbench.api.events import EpochTested
from workbench.core.files import read_toml
from workbench.core.plan.differing import differing_keys, flat_values
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.overview import RunOverview, fold_all, settle, telling_events


@dataclass(frozen=True)
class RunResult:
    """A run in a comparison: accuracies from 0 to 1, mean losses of the test split.

    A regression has mean absolute errors instead of accuracies.

    ``values`` are its plan's keys that differ, as ``--set`` takes them, empty where its plan
    has no such key. ``elapsed_s`` is the time it trained, or has trained so far.
    """

    name: str
    state: str
    is_sample: bool
    values: dict[str, str]
    best_accuracy: float | None
    last_accuracy: float | None
    best_error: float | None
    last_error: float | None
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
    """Compare runs, the most accurate first; regressions by their loss; untested ones last."""
    plans = [_flat_plan(run) for run in runs]
    keys = differing_keys(plans)
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
    return flat_values(document)


def _result(run: RunFolder, values: dict[str, str]) -> RunResult:
    events = list(telling_events(run))
    seen = settle(fold_all(RunOverview(run.name), events), run)
    losses = [float(event.loss) for event in events if isinstance(event, EpochTested)]
    return RunResult(
        name=run.name,
        state=seen.state,
        is_sample=seen.is_sample,
        values=values,
        best_accuracy=seen.best_accuracy,
        last_accuracy=seen.last_accuracy,
        best_error=seen.best_error,
        last_error=seen.last_error,
        best_loss=min((loss for loss in losses if not math.isnan(loss)), default=None),
        last_loss=losses[-1] if losses else None,
        epochs=seen.epochs,
        step=seen.step,
        elapsed_s=seen.worked_s,
    )
