"""``python -m workbench.worker.task``: one task from standard input, its result as a line."""

import os
import sys
import traceback
from pathlib import Path

import msgspec

from workbench.api.errors import WorkbenchError
from workbench.api.events import Evaluated, SamplesPredicted, number
from workbench.api.training import ModelSummary, Trainer
from workbench.core.checkpoints import Checkpoint, find_checkpoint, verify
from workbench.core.data.summary import InspectTask
from workbench.core.plan import check_plan
from workbench.core.plugins.registry import require_installed
from workbench.core.runs import RunFolder
from workbench.core.tasks import (
    EvaluateTask,
    ExportTask,
    ImportTask,
    PredictTask,
    ScriptTask,
    SummaryTask,
    Task,
    TaskFailed,
    TaskResult,
    TaskSummary,
    TaskText,
)
from workbench.worker.exchange import export_checkpoint, import_checkpoint, write_script
from workbench.worker.samples import predict_samples
from workbench.worker.setup import Prepared, create_trainer, load_registry, prepare_data, read_plan
from workbench.worker.steering import check_indices, check_split


def main() -> None:
    """Do the task; the last line of standard output is its result."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    # What a framework prints goes to standard error, so that the result stays alone.
    output = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    try:
        result = _do(task)
    except Exception as error:
        code = error.exit_code if isinstance(error, WorkbenchError) else 1
        message = str(error) if isinstance(error, WorkbenchError) else repr(error)
        result = TaskFailed(message, code, traceback.format_exc())
    output.write(msgspec.json.encode(result) + b"\n")
    output.flush()


def _do(task: Task) -> TaskResult:
    match task:
        case EvaluateTask():
            trainer, prepared, checkpoint = _load(task)
            check_split(task.split, prepared)
            result = trainer.evaluate(task.split)
            return Evaluated(
                split=task.split,
                step=checkpoint.manifest.step,
                accuracy=result.accuracy,
                loss=number(result.loss),
                correct=result.correct,
                size=result.size,
                is_sample=prepared.loaded.is_sample,
            )
        case PredictTask():
            trainer, prepared, checkpoint = _load(task)
            check_split(task.split, prepared)
            check_indices(task.indices, task.split, prepared)
            splits = prepared.loaded.splits
            samples = predict_samples(trainer, prepared.info, splits, task.split, task.indices)
            step = checkpoint.manifest.step
            return SamplesPredicted(split=task.split, step=step, samples=samples)
        case SummaryTask():
            return TaskSummary(_summarise(task))
        case InspectTask():
            from workbench.worker.inspection import inspect_dataset  # the one that needs NumPy

            return inspect_dataset(task)
        case ExportTask():
            return TaskText(export_checkpoint(task, _load(task)[0]))
        case ImportTask():
            return TaskText(import_checkpoint(task))
        case ScriptTask():
            return TaskText(write_script(task))


def _load(task: EvaluateTask | PredictTask | ExportTask) -> tuple[Trainer, Prepared, Checkpoint]:
    """The task's checkpoint in its framework."""
    run = RunFolder(Path(task.run))
    checkpoint = find_checkpoint(run, task.checkpoint)
    verify(checkpoint)
    plan, registry = read_plan(run.plan)
    prepared = prepare_data(plan, registry, Path(task.data_dir), fetch=False)
    trainer = create_trainer(plan, registry, prepared)
    trainer.load(checkpoint.path)
    return trainer, prepared, checkpoint


def _summarise(task: SummaryTask) -> ModelSummary:
    registry = load_registry(task.plan)
    plan = check_plan(task.plan, registry)
    require_installed(registry.backend(plan.backend.name))
    prepared = prepare_data(plan, registry, Path(task.data_dir), fetch=False)
    return create_trainer(plan, registry, prepared).summary()


if __name__ == "__main__":
    main()
