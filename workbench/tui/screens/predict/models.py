"""Which model to look at; everything here reads files, so screens call it in a thread."""

from dataclasses import dataclass, replace
from pathlib import Path

from workbench.api.errors import UserError
from workbench.core.checkpoints import Checkpoint, find_checkpoint, list_checkpoints
from workbench.core.evaluation import EvaluationResult, read_evaluation, read_live_evaluation
from workbench.core.plugins import Registry
from workbench.core.runs import RunFolder, find_run, is_alive, list_runs, overview
from workbench.core.units import percent_text
from workbench.tui.plan_fields import Answer

_RUNS_LISTED = 50
_CHECKPOINTS_LISTED = 100


@dataclass(frozen=True)
class Model:
    """A checkpoint of a run, and what an earlier evaluation found on a split.

    Without a checkpoint it is the model of a live run as it is.
    """

    run: RunFolder
    checkpoint: Checkpoint | None
    split: str
    result: EvaluationResult | None

    @property
    def is_live(self) -> bool:
        """Whether it is a live run's model, which its worker has loaded."""
        return self.checkpoint is None

    @property
    def name(self) -> str:
        """``RUN@CHECKPOINT``, or the run alone, as the command line means its live model."""
        return f"{self.run.name}@{self.checkpoint.name}" if self.checkpoint else self.run.name


def with_result(model: Model, result: EvaluationResult) -> Model:
    """The same model with another evaluation."""
    return replace(model, result=result)


def open_model(run: RunFolder, checkpoint: str, split: str) -> Model:
    """A checkpoint by name, ``latest`` or ``best``. Raises :class:`UserError`."""
    found = find_checkpoint(run, checkpoint)
    return Model(run, found, split, read_evaluation(found, split))


def open_live(run: RunFolder, split: str) -> Model:
    """The model of a live run. Raises :class:`UserError` if it is not live any more."""
    if not is_alive(run):
        raise UserError(f"{run.name} is not live any more; look at one of its checkpoints.")
    result = read_live_evaluation(run, split)
    is_current = result is not None and result.step == overview(run).step
    return Model(run, None, split, result if is_current else None)


def still_live(run: RunFolder, split: str) -> Model | None:
    """The model of a live run; ``None`` if it is not live any more."""
    return open_live(run, split) if is_alive(run) else None


def open_named(runs_dir: Path, name: str, split: str) -> Model:
    """The model of a :attr:`Model.name`. Raises :class:`UserError`."""
    run, _, checkpoint = name.partition("@")
    found = find_run(runs_dir, run)
    return open_model(found, checkpoint, split) if checkpoint else open_live(found, split)


def default_model(runs_dir: Path, preferred: RunFolder | None, split: str) -> Model | None:
    """What the preferred run has, else the best checkpoint of the newest run that has one.

    Of a paused run that is the live model, which can be asked at no cost; of any other its best
    checkpoint, and the live model while there is none.
    """
    if preferred is not None and is_alive(preferred):
        is_paused = overview(preferred).state == "paused"
        if is_paused or not list_checkpoints(preferred):
            return open_live(preferred, split)
    first = [preferred] if preferred is not None else []
    for run in (*first, *list_runs(runs_dir)):
        if list_checkpoints(run):
            return open_model(run, "best", split)
    return None


def answers(runs_dir: Path) -> list[Answer]:
    """Live models first, then all checkpoints of the newest runs, each run's newest first."""
    live, found = [], []
    for run in list_runs(runs_dir)[:_RUNS_LISTED]:
        if is_alive(run):
            seen = overview(run)
            live.append(Answer(run.name, f"live model, {seen.state} after {seen.step:,} batches"))
        for checkpoint in reversed(list_checkpoints(run)):
            accuracy = checkpoint.manifest.metrics.accuracy
            tested = "" if accuracy is None else percent_text(accuracy)
            words = f"epoch {checkpoint.manifest.epoch}  {tested}"
            found.append(Answer(f"{run.name}@{checkpoint.name}", words))
    return live + found


def comparable(runs_dir: Path, model: Model) -> list[Model]:
    """The model's live run and checkpoints, and those of other runs that were evaluated.

    Other runs' are those that have an evaluation on the same split of the same dataset.
    """
    split = model.split
    found = [open_live(model.run, split)] if is_alive(model.run) else []
    found += [
        Model(model.run, checkpoint, split, read_evaluation(checkpoint, split))
        for checkpoint in reversed(list_checkpoints(model.run)[-_CHECKPOINTS_LISTED:])
    ]
    dataset = dataset_of(model)
    for run in list_runs(runs_dir)[:_RUNS_LISTED]:
        if run == model.run:
            continue
        for checkpoint in reversed(list_checkpoints(run)[-_CHECKPOINTS_LISTED:]):
            result = read_evaluation(checkpoint, split)
            if result is not None and dataset in (None, result.dataset):
                found.append(Model(run, checkpoint, split, result))
    return found


def dataset_of(model: Model) -> str | None:
    """The name of the dataset that a model was trained on, as far as it is known."""
    if model.result is not None:
        return model.result.dataset
    table = model.checkpoint.manifest.plan.get("dataset") if model.checkpoint else None
    name = table.get("name") if isinstance(table, dict) else None
    return name if isinstance(name, str) else None


def may_have_images(model: Model | None, registry: Registry | None) -> bool:
    """Whether the model's dataset has images, as far as it is known."""
    if model is None:
        return False
    name = dataset_of(model)
    try:
        return registry is None or name is None or registry.dataset(name).kind == "image"
    except UserError:
        return True
