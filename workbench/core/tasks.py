"""One-off work with a framework, done by a worker process: what comes back is plain values."""

import subprocess
import sys
from typing import Any

import msgspec

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import Evaluated, SamplesPredicted
from workbench.api.training import ModelSummary
from workbench.core.data.summary import DatasetSummary, InspectTask


class EvaluateTask(msgspec.Struct, frozen=True, tag="evaluate"):
    """Evaluate a run's checkpoint on a split. ``run`` is the run's folder."""

    run: str
    checkpoint: str
    data_dir: str
    split: str = "test"


class PredictTask(msgspec.Struct, frozen=True, tag="predict"):
    """Predict items of a split with a run's checkpoint."""

    run: str
    checkpoint: str
    indices: tuple[int, ...]
    data_dir: str
    split: str = "test"


class SummaryTask(msgspec.Struct, frozen=True, tag="summary"):
    """Build the model of a plan's document, and summarise it."""

    plan: dict[str, Any]
    data_dir: str


Task = EvaluateTask | PredictTask | SummaryTask | InspectTask


class TaskFailed(msgspec.Struct, frozen=True, tag="TaskFailed"):
    """A task's error, as one sentence; ``exit_code`` is 2 where the person can mend it."""

    message: str
    exit_code: int
    traceback: str


class TaskSummary(msgspec.Struct, frozen=True, tag="TaskSummary"):
    """The result of a :class:`SummaryTask`."""

    summary: ModelSummary


TaskValue = Evaluated | SamplesPredicted | TaskSummary | DatasetSummary
TaskResult = TaskValue | TaskFailed


def run_task(task: Task) -> TaskValue:
    """Do a task in a process of its own and wait for it; call it in a thread from a screen.

    Raises :class:`UserError` or :class:`WorkbenchError` with the task's sentence.
    """
    done = subprocess.run(
        [sys.executable, "-m", "workbench.worker.task"],
        input=msgspec.json.encode(task),
        capture_output=True,
        check=False,
    )
    try:
        # A library may print before; the result is the last line.
        result: TaskResult = msgspec.json.decode(done.stdout.splitlines()[-1], type=TaskResult)
    except (IndexError, msgspec.MsgspecError):
        output = done.stderr.decode(errors="replace").strip().splitlines()
        reason = output[-1] if output else f"exit status {done.returncode}"
        raise WorkbenchError(f"The worker ended without a result ({reason}).") from None
    if isinstance(result, TaskFailed):
        raise (UserError if result.exit_code == 2 else WorkbenchError)(result.message)
    return result
