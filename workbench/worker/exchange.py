"""Weights that come from elsewhere, and models that go elsewhere."""

import contextlib
import importlib.util
import shutil
from pathlib import Path

from workbench.api.errors import UserError
from workbench.api.events import ModelBuilt, RunFinished
from workbench.api.factories import resolve
from workbench.api.options import unknown_name
from workbench.api.specs import BackendSpec
from workbench.api.training import Trainer
from workbench.core.checkpoints import Checkpoint, list_checkpoints, save_checkpoint, verify
from workbench.core.checkpoints.store import read_checkpoint
from workbench.core.config import read_run_document
from workbench.core.plan import Plan, plan_document
from workbench.core.runs import EventWriter, RunFolder, RunLock
from workbench.core.tasks import ExportTask, ImportTask, ScriptTask
from workbench.worker.position import Position
from workbench.worker.saving import checkpoint_saved, manifest_of
from workbench.worker.setup import (
    create_trainer,
    load_registry,
    prepare_data,
    read_plan,
    versions,
)


def load_start(path: Path, trainer: Trainer) -> None:
    """Begin with the weights of another run's checkpoint. Raises :class:`UserError`."""
    checkpoint = read_checkpoint(path)
    if checkpoint is None:
        raise UserError(f"{path}, which the plan starts from, is no checkpoint; name another one.")
    verify(checkpoint)
    trainer.load_weights(checkpoint.path)


def export_checkpoint(task: ExportTask, trainer: Trainer) -> str:
    """Write a loaded checkpoint to the task's target, which must not be there yet."""
    backend = _backend_of(RunFolder(Path(task.run)))
    formats = {item.name: item for item in backend.exports}
    if task.format not in formats:
        raise UserError(unknown_name(task.format, task.format, formats, "export format"))
    missing = [
        name for name in formats[task.format].requires if importlib.util.find_spec(name) is None
    ]
    if missing:
        raise UserError(
            f"The format {task.format} needs {', '.join(missing)}, which is not installed; "
            f"install it with: pip install {' '.join(missing)}"
        )
    target = Path(task.target)
    if target.exists():
        raise UserError(f"{target} is there already; choose another name.")
    if not target.parent.is_dir():
        raise UserError(f"There is no folder {target.parent}; make it first.")
    # Under its own suffix, which some libraries insist on, and renamed when it is whole.
    staged = target.with_name(f".staging-{target.name}")
    try:
        trainer.export(staged, task.format)
        staged.replace(target)
    finally:
        _remove(staged)
    return str(target)


def _remove(path: Path) -> None:
    if path.is_dir():
        shutil.rmtree(path, ignore_errors=True)
    else:
        path.unlink(missing_ok=True)


def import_checkpoint(task: ImportTask) -> str:
    """Make the checkpoint ``imported`` of a run that has none, out of a file of weights."""
    run, file = RunFolder(Path(task.run)), Path(task.file)
    plan, registry = read_plan(run.plan)
    backend = registry.backend(plan.backend.name)
    if not file.is_file():
        raise UserError(f"There is no file {file}.")
    if file.suffix not in backend.imports:
        known = ", ".join(backend.imports) or "nothing"
        raise UserError(f"{file} can't be imported: {backend.name} reads {known}.")
    if list_checkpoints(run):
        raise UserError(f"The run {run.name} has checkpoints already; import into a new run.")
    prepared = prepare_data(plan, registry, Path(task.data_dir), fetch=False)
    trainer = create_trainer(plan, registry, prepared)
    trainer.import_weights(file)
    position = Position(epochs=plan.run.epochs, learning_rate=float(plan.optimizer.options.lr))
    manifest = manifest_of(run, plan, position, 0, "imported", versions(backend), "imported")
    saved = save_checkpoint(run, manifest, trainer.save)
    _tell_imported(run, plan, trainer, saved)
    return saved.name


def _tell_imported(run: RunFolder, plan: Plan, trainer: Trainer, saved: Checkpoint) -> None:
    """Write how the run stands: without a word it would look as if its worker had died."""
    with RunLock(run), contextlib.closing(EventWriter(run)) as writer:
        writer.write(
            ModelBuilt(
                device=trainer.device,
                steps_per_epoch=trainer.steps_per_epoch,
                batch_size=plan.data.batch_size,
                epochs=plan.run.epochs,
                summary=trainer.summary(),
            )
        )
        writer.write(checkpoint_saved(saved))
        writer.write(
            RunFinished(
                end="stopped", step=0, last_accuracy=None, best_accuracy=None, elapsed_s=0.0
            )
        )


def write_script(task: ScriptTask) -> str:
    """A run's plan as a standalone program."""
    run = RunFolder(Path(task.run))
    plan, registry = read_plan(run.plan)
    backend = registry.backend(plan.backend.name)
    if backend.script is None:
        raise UserError(f"The backend {backend.name} writes no scripts.")
    dataset = registry.dataset(plan.dataset.name).info
    script: str = resolve(backend.script)(plan_document(plan), dataset)
    return script


def _backend_of(run: RunFolder) -> BackendSpec:
    document = read_run_document(run.plan)
    return load_registry(document).backend(document["backend"]["name"])
