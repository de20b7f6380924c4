"""Training a plan in this process, from its newest checkpoint if it has one."""

import contextlib
import gc
import os
import platform
import socket
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

from workbench import __version__
from workbench.api.errors import DeviceError, UserError, WorkbenchError
from workbench.api.events import (
    BatchesTrained,
    CheckpointSaved,
    CommandReceived,
    DataPrepared,
    EpochsChanged,
    EpochTested,
    Event,
    LearningRateChanged,
    LossReported,
    ModelBuilt,
    PlateauReached,
    RunStarted,
    StageEntered,
    WarningRaised,
)
from workbench.api.training import SupportsRanks, Trainer
from workbench.core.checkpoints import Checkpoint, list_checkpoints, verify
from workbench.core.plan import Plan
from workbench.core.plugins import Registry
from workbench.core.runs import CommandReader, RunFolder, stream_events
from workbench.worker.disk import require_space
from workbench.worker.engine import Engine
from workbench.worker.exchange import load_start
from workbench.worker.journal import Journal
from workbench.worker.position import Position
from workbench.worker.saving import Saver
from workbench.worker.setup import Prepared, Share, create_trainer, prepare_data, versions
from workbench.worker.steering import Steering


@dataclass(frozen=True)
class Lead:
    """What is different where other ranks train too.

    ``pid`` is the worker that started them all, ``notice`` what a restart has to say.
    ``on_prepared`` is called when the data are there, and ``on_terminate`` before the process
    stops because it was told to end.
    """

    pid: int
    notice: str
    on_prepared: Callable[[], None]
    on_terminate: Callable[[], None]


@dataclass(frozen=True)
class Task:
    """A run to train; ``share`` and ``lead`` are there if it is trained on several devices.

    ``asked_before`` is the end of ``commands.jsonl`` when its worker began.
    """

    run: RunFolder
    data_dir: Path
    journal: Journal
    earlier: list[Event]
    plan: Plan
    registry: Registry
    asked_before: int
    share: Share | None = None
    lead: Lead | None = None


def told_before(run: RunFolder) -> list[Event]:
    """What earlier workers told, but for the batches, which are nearly all of a long run."""
    batches = (BatchesTrained, LossReported)
    return [event for event in stream_events(run) if not isinstance(event, batches)]


def train_plan(task: Task) -> None:
    """Train until the plan is done or someone stops it; raises whatever goes wrong."""
    plan, journal, lead = task.plan, task.journal, task.lead
    checkpoint = _newest_whole(task.run)
    position = _position(plan, checkpoint, task.earlier)
    found_versions = versions(task.registry.backend(plan.backend.name))
    journal.add(
        RunStarted(
            pid=lead.pid if lead else os.getpid(),
            host=socket.gethostname(),
            workbench=__version__,
            python=platform.python_version(),
            versions=found_versions,
            checkpoint=checkpoint.name if checkpoint else None,
            epoch=position.epoch,
            batch=position.batch,
            step=checkpoint.manifest.step if checkpoint else 0,
        )
    )
    if lead and lead.notice:
        journal.add(WarningRaised(message=lead.notice))
    prepared = _prepare(task, checkpoint)
    journal.add(StageEntered(stage=f"starting {plan.backend.name}"))
    if lead:
        lead.on_prepared()
    trainer = _create_trainer(task, prepared)
    with _dismissing(trainer):
        saver = Saver(task.run, plan, trainer, journal, found_versions)
        _load(task, trainer, saver, checkpoint)
        _announce_model(task, trainer, position)
        if checkpoint is not None:
            _tell_other_device(task, trainer)
        reader = CommandReader(task.run, _commands_read(task.earlier))
        steering = Steering(task.run, plan, reader, trainer, prepared, journal, saver, position)
        steering.asked_before = task.asked_before
        engine = Engine(plan, trainer, prepared, journal, saver, steering, position)
        if lead:
            engine.on_terminate = lead.on_terminate
        gc.freeze()
        gc.enable()  # not before: see workbench/worker/__main__.py
        engine.run()


def _prepare(task: Task, checkpoint: Checkpoint | None) -> Prepared:
    plan, journal = task.plan, task.journal
    journal.add(StageEntered(stage=f"preparing {plan.dataset.name}"))
    prepared = prepare_data(plan, task.registry, task.data_dir, on_progress=journal.add)
    loaded = prepared.loaded
    journal.add(
        DataPrepared(
            dataset=plan.dataset.name,
            source=loaded.source,
            is_sample=loaded.is_sample,
            classes=prepared.info.classes,
            sizes=dict(prepared.info.sizes),
            data_dir=str(task.data_dir),
            task=prepared.info.task,
            targets=prepared.info.targets,
        )
    )
    if checkpoint is not None:
        _refuse_other_data(checkpoint, prepared, task.earlier)
    return prepared


def _create_trainer(task: Task, prepared: Prepared) -> Trainer:
    try:
        return create_trainer(task.plan, task.registry, prepared, task.share)
    except DeviceError as error:
        if not task.earlier:
            raise
        raise UserError(
            f"{error.reason} `workbench resume {task.run.name} --device {error.there[0]}` goes on "
            "with that one; the numbers then differ from those of an uninterrupted run."
        ) from error


def _tell_other_device(task: Task, trainer: Trainer) -> None:
    """Kinds of devices round differently, and their random generators draw other numbers."""
    told = [event.device for event in task.earlier if isinstance(event, ModelBuilt)]
    if told and _kind(told[-1]) != _kind(trainer.device):
        task.journal.add(
            WarningRaised(
                message=f"Trained on {told[-1]} so far and on {trainer.device} from here: the "
                "numbers differ from those of an uninterrupted run."
            )
        )


def _kind(device: str) -> str:
    return device.partition(":")[0]


def _load(task: Task, trainer: Trainer, saver: Saver, checkpoint: Checkpoint | None) -> None:
    if checkpoint is not None:
        trainer.load(checkpoint.path)
        saver.resumed(checkpoint.manifest.step)
    elif task.plan.run.start_from:
        load_start(Path(task.plan.run.start_from), trainer)


def _announce_model(task: Task, trainer: Trainer, position: Position) -> None:
    summary = trainer.summary()
    # Weights and, for most optimizers, two moments of each, in four bytes.
    require_space(task.run.path, summary.parameters * 3 * 4)
    task.journal.add(
        ModelBuilt(
            device=trainer.device,
            steps_per_epoch=trainer.steps_per_epoch,
            batch_size=task.plan.data.batch_size,
            epochs=position.epochs,
            summary=summary,
            ranks=tuple(trainer.places) if isinstance(trainer, SupportsRanks) else (),
        )
    )


@contextlib.contextmanager
def _dismissing(trainer: Trainer) -> Iterator[None]:
    """Let the other ranks end with this one, unless they may be in the middle of something."""
    try:
        yield
    except WorkbenchError:
        _dismiss(trainer)
        raise
    _dismiss(trainer)


def _dismiss(trainer: Trainer) -> None:
    if isinstance(trainer, SupportsRanks):
        trainer.dismiss()


def _refuse_other_data(checkpoint: Checkpoint, prepared: Prepared, earlier: list[Event]) -> None:
    """A position within an epoch means nothing in other data, such as the sample."""
    sizes = dict(prepared.info.sizes)
    known = [event.sizes for event in earlier if isinstance(event, DataPrepared)]
    if known and known[0] != sizes:
        raise UserError(
            f"{checkpoint.name} was trained on {known[0]['train']:,} items, and here "
            f"{prepared.info.name} has {sizes['train']:,} ({prepared.loaded.source}); name the "
            "folder of its data with --data-dir."
        )


def _newest_whole(run: RunFolder) -> Checkpoint | None:
    """The newest checkpoint whose files are all as they were written."""
    for checkpoint in reversed(list_checkpoints(run)):
        try:
            verify(checkpoint)
        except UserError as error:
            print(f"Warning: {error}", flush=True)
            continue
        return checkpoint
    return None


def _position(plan: Plan, checkpoint: Checkpoint | None, earlier: list[Event]) -> Position:
    """Where to go on; what someone changed while the run was live stays changed."""
    learning_rate = float(plan.optimizer.options.lr)
    position = Position(epochs=plan.run.epochs, learning_rate=learning_rate)
    if checkpoint is not None:
        manifest = checkpoint.manifest
        position = Position(
            epoch=manifest.epoch,
            batch=manifest.batch,
            epochs=manifest.epochs,
            learning_rate=manifest.learning_rate,
            accuracy=manifest.metrics.accuracy,
            loss=None if manifest.metrics.loss is None else float(manifest.metrics.loss),
            best_accuracy=manifest.best_accuracy,
            best_loss=None if manifest.best_loss is None else float(manifest.best_loss),
            epochs_since_best=manifest.epochs_since_best,
            elapsed_s=manifest.elapsed_s,
        )
    # The checkpoint knows of the learning rates before it, and not of those after it.
    is_known = checkpoint is not None
    for event in earlier:
        match event:
            case EpochsChanged():
                position.epochs = event.epochs
            case CheckpointSaved() if checkpoint and event.step == checkpoint.manifest.step:
                position.learning_rate, is_known = checkpoint.manifest.learning_rate, False
            case RunStarted() if checkpoint and event.checkpoint == checkpoint.name:
                is_known = False
            case LearningRateChanged() if not is_known:
                position.learning_rate = event.learning_rate
            case EpochTested() if event.epoch < position.epoch:
                position.last_accuracy = event.accuracy
            case PlateauReached() if checkpoint and event.step == checkpoint.manifest.step:
                position.epochs_since_best = 0  # it ended there, and more epochs were asked for
            case _:
                pass
    return position


def _commands_read(earlier: list[Event]) -> int:
    """The place in ``commands.jsonl`` after the last command that an earlier worker obeyed."""
    offsets = [event.offset for event in earlier if isinstance(event, CommandReceived)]
    return offsets[-1] if offsets else 0
