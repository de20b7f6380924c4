"""One-off work with a framework, done by a worker process: what comes back is plain values."""

import subprocess
import threading
from typing import Any

import msgspec

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import Evaluated, SamplesPredicted, TensorsRead
from workbench.api.training import ModelSummary, StepTimes
from workbench.core.data.summary import DatasetSummary, InspectTask
from workbench.core.hosts.calls import done_there
from workbench.core.processes import module_command

_POLL_S = 0.1


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


class WeightsTask(msgspec.Struct, frozen=True, tag="weights"):
    """Summarise the model of a run's checkpoint."""

    run: str
    checkpoint: str
    data_dir: str


class ExportTask(msgspec.Struct, frozen=True, tag="export"):
    """Write a run's checkpoint to the path ``target`` in a format of its backend."""

    run: str
    checkpoint: str
    data_dir: str
    format: str
    target: str


class ImportTask(msgspec.Struct, frozen=True, tag="import"):
    """Make the first checkpoint of a run that never started out of a file of weights."""

    run: str
    data_dir: str
    file: str


class ScriptTask(msgspec.Struct, frozen=True, tag="script"):
    """Write a run as a standalone Python program."""

    run: str


class TensorsTask(msgspec.Struct, frozen=True, tag="tensors"):
    """Look into the tensors of a run's checkpoint in a pass over some items."""

    run: str
    checkpoint: str
    data_dir: str
    split: str
    indices: tuple[int, ...]


class MeasureTask(msgspec.Struct, frozen=True, tag="measure"):
    """Train at most ``batches`` batches of a plan's document and keep nothing.

    With ``rounds`` above 0 the plain loop takes turns with the trainer, so many times.
    """

    plan: dict[str, Any]
    data_dir: str
    batches: int
    rounds: int = 0


class BatchSizeTask(msgspec.Struct, frozen=True, tag="batch-size"):
    """Try batch sizes with a plan's document and keep nothing."""

    plan: dict[str, Any]
    data_dir: str


Task = (
    EvaluateTask
    | PredictTask
    | SummaryTask
    | InspectTask
    | WeightsTask
    | ExportTask
    | ImportTask
    | ScriptTask
    | MeasureTask
    | TensorsTask
    | BatchSizeTask
)


class TaskFailed(msgspec.Struct, frozen=True, tag="TaskFailed"):
    """A task's error, as one sentence; ``exit_code`` is 2 where the person can mend it."""

    message: str
    exit_code: int
    traceback: str


class TaskText(msgspec.Struct, frozen=True, tag="TaskText"):
    """What an export or an import made (a path or a name), or a script."""

    text: str


class TaskSummary(msgspec.Struct, frozen=True, tag="TaskSummary"):
    """The result of a :class:`SummaryTask`."""

    summary: ModelSummary


class TaskMeasured(msgspec.Struct, frozen=True, tag="TaskMeasured"):
    """The result of a :class:`MeasureTask`.

    ``ours_s`` and ``plain`` have one value a round. ``report_s`` is what writing down the
    events of these batches takes; ``memory_bytes`` the most that the process ever held of
    the host's memory, framework and data included, and ``device_bytes`` of the device's where
    that has its own.
    """

    device: str
    steps_per_epoch: int
    batches: int
    first_batch_s: float
    ours_s: tuple[float, ...]
    plain: tuple[StepTimes, ...]
    test_s: float
    report_s: float
    save_s: float
    checkpoint_bytes: int
    memory_bytes: int
    device_bytes: int | None


class BatchSizeTrial(msgspec.Struct, frozen=True):
    """A batch size that was tried.

    ``memory_bytes`` is the most that the process had held until then of the host's memory, or
    of the device's where the trainer tells it. One that did not fit trained nothing.
    """

    batch_size: int
    fits: bool
    items_per_s: float = 0.0
    memory_bytes: int = 0


class TaskBatchSizes(msgspec.Struct, frozen=True, tag="TaskBatchSizes"):
    """The result of a :class:`BatchSizeTask`; ``chosen`` is the size to train with.

    ``reason`` says why no larger one was tried.
    """

    device: str
    trials: tuple[BatchSizeTrial, ...]
    chosen: int
    reason: str


TaskValue = (
    Evaluated
    | SamplesPredicted
    | TaskSummary
    | DatasetSummary
    | TaskText
    | TaskMeasured
    | TensorsRead
    | TaskBatchSizes
)
TaskResult = TaskValue | TaskFailed


@done_there
def run_task(task: Task, unwanted: threading.Event | None = None) -> TaskValue:
    """Do a task in a process of its own and wait for it; call it in a thread from a screen.

    The process is killed once the task is ``unwanted``. Raises :class:`UserError` or
    :class:`WorkbenchError` with the task's sentence.
    """
    with subprocess.Popen(
        module_command("workbench.worker.task"),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
    ) as process:
        try:
            output, errors = _output_of(process, msgspec.json.encode(task), unwanted)
        except BaseException:
            process.kill()
            raise
    try:
        # A library may print before; the result is the last line.
        result: TaskResult = msgspec.json.decode(output.splitlines()[-1], type=TaskResult)
    except (IndexError, msgspec.MsgspecError):
        words = errors.decode(errors="replace").strip().splitlines()
        reason = words[-1] if words else f"exit status {process.returncode}"
        raise WorkbenchError(f"The worker ended without a result ({reason}).") from None
    if isinstance(result, TaskFailed):
        raise (UserError if result.exit_code == 2 else WorkbenchError)(result.message)
    return result


def _output_of(
    process: subprocess.Popen[bytes], given: bytes, unwanted: threading.Event | None
) -> tuple[bytes, bytes]:
    if unwanted is None:
        return process.communicate(given)
    rest: bytes | None = given
    while not unwanted.is_set():
        try:
            return process.communicate(rest, timeout=_POLL_S)
        except subprocess.TimeoutExpired:
            rest = None  # it is on its way
    raise WorkbenchError("The task was ended because nobody waits for it.")
