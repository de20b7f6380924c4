"""Saving checkpoints as the plan says, and when someone asks."""

import shutil
import time
from typing import Any

from workbench.api.events import CheckpointFailed, CheckpointSaved, WarningRaised, number
from workbench.api.training import Trainer
from workbench.core.checkpoints import (
    Checkpoint,
    Manifest,
    Metrics,
    list_checkpoints,
    save_checkpoint,
    superseded,
)
from workbench.core.checkpoints.keeping import awaited
from workbench.core.plan import Plan, plan_document
from workbench.core.runs import RunFolder
from workbench.worker.disk import require_space
from workbench.worker.explaining import explain
from workbench.worker.journal import Journal
from workbench.worker.position import Position


class Saver:
    """Saves a run's checkpoints; a save that fails is reported and ends nothing."""

    def __init__(
        self,
        run: RunFolder,
        plan: Plan,
        trainer: Trainer,
        journal: Journal,
        versions: dict[str, str],
    ) -> None:
        self._run = run
        self._plan = plan
        self._trainer = trainer
        self._journal = journal
        self._versions = versions
        self._saved_step = -1
        self._tried_step = 0
        self._size_bytes = 0
        self._tried_at = time.monotonic()

    def resumed(self, step: int) -> None:
        """A checkpoint of this step is there already."""
        self._saved_step = self._tried_step = step

    def is_due(self, step: int) -> bool:
        """Whether the plan wants a checkpoint in the middle of an epoch now.

        Counted from the last try: one that failed is not tried again after each batch.
        """
        policy = self._plan.checkpoint
        minutes = (time.monotonic() - self._tried_at) / 60
        every_batches = policy.every_batches
        return bool(
            (every_batches and step - self._tried_step >= every_batches)
            or (policy.every_minutes and minutes >= policy.every_minutes)
        )

    def save(self, position: Position, reason: str, name: str = "") -> bool:
        """Save now, unless this step is saved already; whether there is a checkpoint of it.

        One with a name is protected, and saved even so.
        """
        step = position.step(self._trainer.steps_per_epoch)
        if step == self._saved_step and not name:
            return True
        manifest = manifest_of(self._run, self._plan, position, step, reason, self._versions, name)
        try:
            require_space(self._run.path, self._size_bytes)
            checkpoint = save_checkpoint(self._run, manifest, self._trainer.save)
        except Exception as error:
            why = getattr(error, "strerror", None) or explain(error)[0]
            self._journal.add(CheckpointFailed(step=step, error=why))
            return False
        finally:
            self._tried_step, self._tried_at = step, time.monotonic()
        self._saved_step = step
        self._size_bytes = checkpoint.manifest.size_bytes
        self._journal.add(checkpoint_saved(checkpoint))
        self._journal.sync()
        self._delete_superseded()
        return True

    def _delete_superseded(self) -> None:
        policy = self._plan.checkpoint
        found = list_checkpoints(self._run)
        old = superseded(found, policy.keep_last, policy.keep_best)
        waited_for = awaited(self._run, old)
        for checkpoint in old:
            if checkpoint.name in waited_for:
                continue  # a run that has saved nothing yet begins with it
            try:
                shutil.rmtree(checkpoint.path)
            except OSError as error:
                message = f"{checkpoint.path} can't be deleted ({error.strerror})."
                self._journal.add(WarningRaised(message=message))


def checkpoint_saved(checkpoint: Checkpoint) -> CheckpointSaved:
    """What a run's events say of a new checkpoint."""
    manifest = checkpoint.manifest
    return CheckpointSaved(
        name=checkpoint.name,
        epoch=manifest.epoch,
        batch=manifest.batch,
        step=manifest.step,
        size_bytes=manifest.size_bytes,
        reason=manifest.reason,
    )


def manifest_of(
    run: RunFolder,
    plan: Plan,
    position: Position,
    step: int,
    reason: str,
    versions: dict[str, str],
    name: str = "",
) -> Manifest:
    """What a checkpoint of this position says of itself; one with a name is protected."""
    document: dict[str, Any] = plan_document(plan)
    return Manifest(
        name=name or f"step-{step:08d}",
        run=run.name,
        created=time.time(),
        reason=reason,
        epoch=position.epoch,
        batch=position.batch,
        step=step,
        epochs=position.epochs,
        learning_rate=position.learning_rate,
        metrics=Metrics(
            position.accuracy, None if position.loss is None else number(position.loss)
        ),
        best_accuracy=position.best_accuracy,
        best_loss=None if position.best_loss is None else number(position.best_loss),
        epochs_since_best=position.epochs_since_best,
        elapsed_s=position.elapsed_s,
        plan=document,
        versions=versions,
        protected=bool(name),
    )
