"""A run's checkpoint, loaded into its framework."""

from dataclasses import dataclass, replace
from pathlib import Path

from workbench.api.errors import UserError
from workbench.api.events import DataPrepared
from workbench.api.training import Trainer
from workbench.core.checkpoints import Checkpoint, find_checkpoint, verify
from workbench.core.evaluation import EvaluationResult, keep_evaluation
from workbench.core.plan import Plan
from workbench.core.plugins import Registry
from workbench.core.runs import RunFolder, events_of
from workbench.worker.evaluating import evaluate_split
from workbench.worker.setup import Prepared, create_trainer, prepare_data, read_plan


@dataclass(frozen=True)
class LoadedModel:
    """A checkpoint in its framework, with its dataset."""

    run: RunFolder
    checkpoint: Checkpoint
    plan: Plan
    prepared: Prepared
    trainer: Trainer

    def evaluate(self, split: str) -> EvaluationResult:
        """Evaluate on a split, and keep the result with the checkpoint where that is possible."""
        result = evaluate_split(
            self.trainer,
            self.prepared,
            split,
            plan=self.plan,
            run=self.run.name,
            step=self.checkpoint.manifest.step,
            checkpoint=self.checkpoint.name,
        )
        keep_evaluation(self.checkpoint, result)
        return result


def load_model(run_path: str, checkpoint_name: str, data_dir: str) -> LoadedModel:
    """Load a checkpoint; the dataset is not fetched.

    Where the device that it was trained on is not there, the best one that is there computes.
    Raises :class:`UserError` for a damaged one, or one of another dataset or other classes
    than the run's now.
    """
    run = RunFolder(Path(run_path))
    checkpoint = find_checkpoint(run, checkpoint_name)
    verify(checkpoint)
    plan, registry = read_plan(run.plan)
    _refuse_other_dataset(checkpoint, plan)
    prepared = prepare_data(plan, registry, Path(data_dir), fetch=False)
    _refuse_other_classes(run, prepared)
    trainer = _trainer_here(plan, registry, prepared)
    trainer.load(checkpoint.path)
    return LoadedModel(run, checkpoint, plan, prepared, trainer)


def _trainer_here(plan: Plan, registry: Registry, prepared: Prepared) -> Trainer:
    try:
        return create_trainer(plan, registry, prepared)
    except UserError:
        if plan.run.device in ("auto", "cpu"):
            raise
    # Another machine may have no such device, and a model is used there all the same.
    anywhere = replace(plan, run=replace(plan.run, device="auto"))
    return create_trainer(anywhere, registry, prepared)


def _refuse_other_dataset(checkpoint: Checkpoint, plan: Plan) -> None:
    table = checkpoint.manifest.plan.get("dataset")
    trained_on = table.get("name") if isinstance(table, dict) else None
    if trained_on != plan.dataset.name:
        raise UserError(
            f"The checkpoint {checkpoint.name} was trained on {trained_on}, but its run is one on "
            f"{plan.dataset.name}; use it in a run on {trained_on}."
        )


def _refuse_other_classes(run: RunFolder, prepared: Prepared) -> None:
    """The names of the classes give the model's outputs their meaning."""
    told = [event.classes for event in events_of(run, DataPrepared)]
    now = prepared.info.classes
    if told and told[-1] != now:
        raise UserError(
            f"The run {run.name} was trained with the classes {_listed(told[-1])}, but the "
            f"dataset {prepared.info.name} has {_listed(now)} now; use the plugin that it had."
        )


def _listed(classes: tuple[str, ...]) -> str:
    shown = ", ".join(classes[:5])
    return f"{shown} … ({len(classes)} in all)" if len(classes) > 5 else shown
