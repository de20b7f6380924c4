"""``python -m workbench.worker.task``: one task from standard input, its result as a line."""

import sys
import traceback
from pathlib import Path

import msgspec

from workbench.api.events import SamplesPredicted, TensorsRead
from workbench.api.training import ModelSummary
from workbench.core.data.summary import InspectTask
from workbench.core.evaluation import evaluated
from workbench.core.plan import check_plan
from workbench.core.plugins.registry import require_installed
from workbench.core.processes import output_for_answers
from workbench.core.tasks import (
    BatchSizeTask,
    EvaluateTask,
    ExportTask,
    ImportTask,
    MeasureTask,
    PredictTask,
    ScriptTask,
    SummaryTask,
    Task,
    TaskFailed,
    TaskResult,
    TaskSummary,
    TaskText,
    TensorsTask,
    WeightsTask,
)
from workbench.worker.batch_size import find_batch_size
from workbench.worker.exchange import export_checkpoint, import_checkpoint, write_script
from workbench.worker.explaining import explain
from workbench.worker.loading import LoadedModel, load_model
from workbench.worker.measuring import measure
from workbench.worker.samples import predict_samples
from workbench.worker.setup import create_trainer, load_registry, prepare_data
from workbench.worker.steering import check_indices, check_split, tensors_of


def main() -> None:
    """Do the task; the last line of standard output is its result."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=Task)
    output = output_for_answers()
    try:
        result = _do(task)
    except Exception as error:
        message, code = explain(error)
        result = TaskFailed(message, code, traceback.format_exc())
    output.write(msgspec.json.encode(result) + b"\n")
    output.flush()


def _do(task: Task) -> TaskResult:
    match task:
        case EvaluateTask():
            model = _load(task)
            check_split(task.split, model.prepared)
            return evaluated(model.evaluate(task.split))
        case PredictTask():
            model = _load(task)
            check_split(task.split, model.prepared)
            check_indices(task.indices, task.split, model.prepared)
            return SamplesPredicted(
                split=task.split,
                step=model.checkpoint.manifest.step,
                samples=predict_samples(
                    model.trainer,
                    model.prepared.info,
                    model.prepared.loaded.splits,
                    task.split,
                    task.indices,
                ),
            )
        case SummaryTask():
            return TaskSummary(_summarise(task))
        case InspectTask():
            from workbench.worker.inspection import inspect_dataset  # the one that needs NumPy

            return inspect_dataset(task)
        case WeightsTask():
            return TaskSummary(_load(task).trainer.summary())
        case ExportTask():
            return TaskText(export_checkpoint(task, _load(task).trainer))
        case ImportTask():
            return TaskText(import_checkpoint(task))
        case ScriptTask():
            return TaskText(write_script(task))
        case MeasureTask():
            return measure(task)
        case TensorsTask():
            model = _load(task)
            return TensorsRead(
                split=task.split,
                step=model.checkpoint.manifest.step,
                indices=task.indices,
                tensors=tensors_of(model.trainer, model.prepared, task.split, task.indices),
            )
        case BatchSizeTask():
            return find_batch_size(task)


def _load(task: EvaluateTask | PredictTask | WeightsTask | ExportTask | TensorsTask) -> LoadedModel:
    """The task's checkpoint in its framework."""
    return load_model(task.run, task.checkpoint, task.data_dir)


def _summarise(task: SummaryTask) -> ModelSummary:
    registry = load_registry(task.plan)
    plan = check_plan(task.plan, registry)
    require_installed(registry.backend(plan.backend.name))
    prepared = prepare_data(plan, registry, Path(task.data_dir), fetch=False)
    return create_trainer(plan, registry, prepared).summary()


if __name__ == "__main__":
    main()
