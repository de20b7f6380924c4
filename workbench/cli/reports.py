"""How a run is going, as one flat record and in plain sentences."""

import time
from dataclasses import dataclass

from workbench.cli.narration import sample_mark
from workbench.core.runs import RunFolder, RunOverview, overview
from workbench.core.runs.overview import STALLED_S
from workbench.core.runs.title import plan_title
from workbench.core.slurm import waiting_words
from workbench.core.units import duration_text, percent_text


@dataclass(frozen=True)
class RunReport:
    """A run as ``--json`` gives it; accuracies from 0 to 1, times in Unix seconds.

    ``waiting`` says what it waits for in a cluster's scheduler; empty if it doesn't.
    The errors are the mean absolute ones of a regression.
    """

    name: str
    path: str
    plan: str
    state: str
    started: float
    updated: float
    epochs_done: int
    epochs: int
    step: int
    current: int
    size: int
    device: str
    source: str
    is_sample: bool
    last_loss: float | None
    last_accuracy: float | None
    best_accuracy: float | None
    last_error: float | None
    best_error: float | None
    checkpoint: str | None
    error: str
    silent_s: float
    waiting: str


def report(run: RunFolder) -> RunReport:
    """A run as it is now."""
    seen = overview(run)
    return RunReport(
        name=run.name,
        path=str(run.path),
        plan=plan_title(run),
        state=seen.state,
        started=seen.started,
        updated=seen.updated,
        epochs_done=epochs_done(seen),
        epochs=seen.epochs,
        step=seen.step,
        current=seen.current,
        size=seen.size,
        device=seen.device,
        source=seen.source,
        is_sample=seen.is_sample,
        last_loss=seen.last_loss,
        last_accuracy=seen.last_accuracy,
        best_accuracy=seen.best_accuracy,
        last_error=seen.last_error,
        best_error=seen.best_error,
        checkpoint=seen.checkpoint,
        error=seen.error,
        silent_s=seen.silence_s(time.time()),
        waiting=waiting_words(run),
    )


def epochs_done(seen: RunOverview) -> int:
    """How many epochs are trained to their last batch."""
    return seen.step // seen.steps_per_epoch if seen.steps_per_epoch else 0


def sentences(found: RunReport) -> tuple[str, ...]:
    """A run in plain sentences."""
    how = found.waiting or f"is {found.state}{_progress(found)}"
    lines = [f"{found.name} ({found.plan}) {how}."]
    if found.last_accuracy is not None and found.best_accuracy is not None:
        mark = sample_mark(found.is_sample)
        lines.append(
            f"Its last test accuracy is {percent_text(found.last_accuracy)}{mark}, "
            f"its best {percent_text(found.best_accuracy)}{mark}."
        )
    if found.last_error is not None:
        mark = sample_mark(found.is_sample)
        best = "" if found.best_error is None else f", its best {found.best_error:.6g}{mark}"
        lines.append(f"Its last mean absolute error is {found.last_error:.6g}{mark}{best}.")
    if found.error:
        lines.append(f"It failed: {found.error}")
    if found.silent_s > STALLED_S:
        lines.append(
            f"There was no news of it for {duration_text(found.silent_s)}, so its worker may hang: "
            f"see {found.path}/worker.log; `workbench stop --kill {found.name}` ends it."
        )
    if found.checkpoint:
        lines.append(f"Its latest checkpoint is {found.checkpoint}.")
    if found.state in ("stopped", "interrupted", "failed"):
        lines.append(f"`workbench resume {found.name}` lets it go on.")
    return tuple(lines)


def _progress(found: RunReport) -> str:
    if found.state == "completed":
        text = f" with {found.epochs} epochs"
    elif found.epochs:
        text = _so_far(found)
    else:
        return ""
    return f"{text}, on {found.device}" if found.device else text


def _so_far(found: RunReport) -> str:
    epoch = min(found.epochs_done + 1, found.epochs)
    text = f" in epoch {epoch} of {found.epochs}"
    if found.size:
        text += f", after {found.current:,} of {found.size:,} items of it"
    if found.last_loss is not None:
        text += f", at a loss of {found.last_loss:.6f}"
    return text
