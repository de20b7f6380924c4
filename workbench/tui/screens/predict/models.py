"""Which checkpoint to look at; everything here reads files, so screens call it in a thread."""

from dataclasses import dataclass
from pathlib import Path

from workbench.core.checkpoints import Checkpoint, find_checkpoint, list_checkpoints
from workbench.core.evaluation import EvaluationResult, read_evaluation
from workbench.core.runs import RunFolder, list_runs
from workbench.core.units import percent_text
from workbench.tui.plan_fields import Answer

_RUNS_LISTED = 50


@dataclass(frozen=True)
class Model:
    """A run's checkpoint, and what an earlier evaluation found on a split."""

    run: RunFolder
    checkpoint: Checkpoint
    split: str
    result: EvaluationResult | None

    @property
    def name(self) -> str:
        """``RUN@CHECKPOINT``."""
        return f"{self.run.name}@{self.checkpoint.name}"


def open_model(run: RunFolder, checkpoint: str, split: str) -> Model:
    """A checkpoint by name, ``latest`` or ``best``. Raises :class:`UserError`."""
    found = find_checkpoint(run, checkpoint)
    return Model(run, found, split, read_evaluation(found, split))


def default_model(runs_dir: Path, preferred: RunFolder | None, split: str) -> Model | None:
    """The best checkpoint of the preferred run, else of the newest run that has one."""
    first = [preferred] if preferred is not None else []
    for run in (*first, *list_runs(runs_dir)):
        if list_checkpoints(run):
            return open_model(run, "best", split)
    return None


def answers(runs_dir: Path) -> list[Answer]:
    """All checkpoints of the newest runs to pick from, each run's newest first."""
    found = []
    for run in list_runs(runs_dir)[:_RUNS_LISTED]:
        for checkpoint in reversed(list_checkpoints(run)):
            accuracy = checkpoint.manifest.metrics.accuracy
            tested = "" if accuracy is None else percent_text(accuracy)
            words = f"epoch {checkpoint.manifest.epoch}  {tested}"
            found.append(Answer(f"{run.name}@{checkpoint.name}", words))
    return found
