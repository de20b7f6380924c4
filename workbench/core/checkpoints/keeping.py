"""Which checkpoints can't be deleted, and why."""

from collections.abc import Sequence
from pathlib import Path
from typing import Literal

from workbench.api.errors import WorkbenchError
from workbench.core.checkpoints.store import Checkpoint, best_of, checkpoint_names, metric_of
from workbench.core.files import read_toml
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive
from workbench.core.runs.store import list_runs

Keep = Literal["protected", "best", "in use"]


def kept(run: RunFolder, checkpoints: Sequence[Checkpoint]) -> dict[str, dict[Keep, str]]:
    """Each kept one of all checkpoints of a run, oldest first, with why in a word and in words."""
    found: dict[str, dict[Keep, str]] = {}
    for item in checkpoints:
        if item.manifest.protected:
            found.setdefault(item.name, {})["protected"] = "it is protected"
    metric = kept_metric(checkpoints)
    best = best_of(checkpoints, metric)
    if best is not None:
        found.setdefault(best.name, {})["best"] = f"it is the best of its run by {metric}"
    for name, reason in _in_use(run, checkpoints).items():
        found.setdefault(name, {})["in use"] = reason
    return found


def kept_metric(checkpoints: Sequence[Checkpoint]) -> str:
    """The metric whose best is kept, as the newest checkpoint's plan has it."""
    table = checkpoints[-1].manifest.plan.get("checkpoint", {}) if checkpoints else {}
    return metric_of(checkpoints, str(table.get("keep_best", "accuracy")))


def awaited(run: RunFolder, checkpoints: Sequence[Checkpoint]) -> dict[str, str]:
    """The checkpoints of a run that others have yet to begin with, each with one's name."""
    if not checkpoints:
        return {}  # without reading all runs, as after most saves
    starts = _starts(run.path.parent)
    return {
        item.name: starts[item.path.absolute()]
        for item in checkpoints
        if item.path.absolute() in starts
    }


def _in_use(run: RunFolder, checkpoints: Sequence[Checkpoint]) -> dict[str, str]:
    found = {
        name: f"{waiting} begins with it, and has no checkpoint of its own yet"
        for name, waiting in awaited(run, checkpoints).items()
    }
    if checkpoints and is_alive(run):
        found[checkpoints[-1].name] = "its live run would go on from it"
    return found


def _starts(runs_dir: Path) -> dict[Path, str]:
    """The checkpoints that runs without one of their own begin with, each with a run's name.

    Such a run waits in the queue, is at work, or would be resumed from its beginning.
    """
    found = {}
    for run in list_runs(runs_dir):
        if checkpoint_names(run):
            continue
        try:
            start = read_toml(run.plan).get("start_from")
        except WorkbenchError:
            continue
        if isinstance(start, str):
            found[Path(start).absolute()] = run.name
    return found
