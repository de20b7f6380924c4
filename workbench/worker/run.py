"""A worker's life: lock, prepare, train, say how it ended."""

import contextlib
import os
import platform
import socket
import traceback
from pathlib import Path

from workbench import __version__
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import (
    CommandReceived,
    DataPrepared,
    EpochsChanged,
    EpochTested,
    Event,
    LearningRateChanged,
    ModelBuilt,
    RunFailed,
    RunStarted,
    StageEntered,
)
from workbench.core.checkpoints import Checkpoint, list_checkpoints, sweep, verify
from workbench.core.plan import Plan
from workbench.core.plugins import Registry
from workbench.core.queue import leave_queue, take_queued
from workbench.core.runs import CommandReader, EventWriter, RunFolder, RunLock, read_events
from workbench.worker.disk import Reserve, require_space
from workbench.worker.engine import Engine
from workbench.worker.exchange import load_start
from workbench.worker.explaining import explain
from workbench.worker.followers import Followers
from workbench.worker.journal import Journal
from workbench.worker.position import Position
from workbench.worker.saving import Saver
from workbench.worker.setup import Prepared, create_trainer, prepare_data, read_plan, versions
from workbench.worker.steering import Steering


def work(run: RunFolder, data_dir: Path, *, is_queued: bool = False) -> int:
    """Train a run to its end, from its newest checkpoint if it has one; the exit code.

    With ``is_queued`` it does so only if the run still waits in the queue.
    """
    try:
        if not run.plan.is_file():
            raise UserError(f"There is no plan {run.plan}; the run was deleted or renamed.")
        with RunLock(run):
            if is_queued and not take_queued(run):
                return 0
            if not is_queued:
                leave_queue(run)
            sweep(run)
            earlier = read_events(run)
            journal = Journal(run, EventWriter(run), Reserve(run.path))
            try:
                return _train(run, data_dir, journal, earlier)
            finally:
                journal.close()
    except WorkbenchError as error:
        print(f"Error: {error}", flush=True)
        return error.exit_code


def _train(run: RunFolder, data_dir: Path, journal: Journal, earlier: list[Event]) -> int:
    try:
        plan, registry = read_plan(run.plan)
        journal.follow(Followers(run, plan, registry))
        _train_plan(run, data_dir, journal, earlier, plan, registry)
    except Exception as error:
        sentence, code = explain(error, run.path)
        trace = "".join(traceback.format_exception(error))
        with contextlib.suppress(OSError):
            journal.free_reserve()
            journal.add(RunFailed(error=sentence, exit_code=code, traceback=trace))
            print(trace, flush=True)
        return code
    return 0


def _train_plan(
    run: RunFolder,
    data_dir: Path,
    journal: Journal,
    earlier: list[Event],
    plan: Plan,
    registry: Registry,
) -> None:
    backend = registry.backend(plan.backend.name)
    checkpoint = _newest_whole(run)
    position = _position(plan, checkpoint, earlier)
    found_versions = versions(backend)
    journal.add(
        RunStarted(
            pid=os.getpid(),
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
    journal.add(StageEntered(stage=f"preparing {plan.dataset.name}"))
    prepared = prepare_data(plan, registry, data_dir, on_progress=journal.add)
    loaded = prepared.loaded
    journal.add(
        DataPrepared(
            dataset=plan.dataset.name,
            source=loaded.source,
            is_sample=loaded.is_sample,
            classes=prepared.info.classes,
            sizes=dict(prepared.info.sizes),
            data_dir=str(data_dir),
            task=prepared.info.task,
            targets=prepared.info.targets,
        )
    )
    if checkpoint is not None:
        _refuse_other_data(checkpoint, prepared, earlier)
    journal.add(StageEntered(stage=f"starting {plan.backend.name}"))
    trainer = create_trainer(plan, registry, prepared)
    saver = Saver(run, plan, trainer, journal, found_versions)
    if checkpoint is not None:
        trainer.load(checkpoint.path)
        saver.resumed(checkpoint.manifest.step)
    elif plan.run.start_from:
        load_start(Path(plan.run.start_from), trainer)
    summary = trainer.summary()
    # Weights and, for most optimizers, two moments of each, in four bytes.
    require_space(run.path, summary.parameters * 3 * 4)
    journal.add(
        ModelBuilt(
            device=trainer.device,
            steps_per_epoch=trainer.steps_per_epoch,
            batch_size=plan.data.batch_size,
            epochs=position.epochs,
            summary=summary,
        )
    )
    reader = CommandReader(run, _commands_read(earlier))
    steering = Steering(run, plan, reader, trainer, prepared, journal, saver, position)
    Engine(plan, trainer, prepared, journal, saver, steering, position).run()


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
    for event in earlier:
        match event:
            case EpochsChanged():
                position.epochs = event.epochs
            case LearningRateChanged() if checkpoint is None:
                position.learning_rate = event.learning_rate
            case EpochTested() if event.epoch < position.epoch:
                position.last_accuracy = event.accuracy
            case _:
                pass
    return position


def _commands_read(earlier: list[Event]) -> int:
    """The place in ``commands.jsonl`` after the last command that an earlier worker obeyed."""
    offsets = [event.offset for event in earlier if isinstance(event, CommandReceived)]
    return offsets[-1] if offsets else 0
