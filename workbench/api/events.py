"""The events of a run, one JSON line each in ``events.jsonl``, appended by its worker alone."""

from typing import Annotated, Literal

import msgspec

from workbench.api import formats
from workbench.api.data import Task
from workbench.api.numbers import Number as Number
from workbench.api.numbers import number as number
from workbench.api.tensors import TensorView
from workbench.api.training import ModelSummary, RankPlace

RunEnd = Literal["completed", "stopped"]
PositiveInt = Annotated[int, msgspec.Meta(ge=0)]


# Not for the garbage collector: an event can't refer to itself, and a run has a million of them.
class EventBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="type", gc=False):
    """What each event has: its place in the run's sequence from 0, and Unix time in seconds."""

    seq: int = 0
    time: float = 0.0


class RunStarted(EventBase, frozen=True, tag=True):
    """A worker holds the run's lock and begins, or goes on from a checkpoint.

    ``versions`` maps distributions to their versions. ``checkpoint`` is where a resumed run
    goes on from, with the next ``epoch`` and ``batch`` to train, after ``step`` batches of
    the whole run. What an earlier worker reported after this step is trained anew.
    """

    pid: int
    host: str
    workbench: str
    python: str
    versions: dict[str, str]
    checkpoint: str | None = None
    epoch: int = 0
    batch: int = 0
    step: int = 0


class StageEntered(EventBase, frozen=True, tag=True):
    """What a worker is doing before the first batch, e.g. ``importing pytorch``."""

    stage: str


class DataPrepared(EventBase, frozen=True, tag=True):
    """The dataset is ready.

    ``source`` says where it came from, ``data_dir`` is the data folder that the run was given;
    ``is_sample`` labels a sample. A regression has ``targets`` and no ``classes``.
    """

    dataset: str
    source: str
    is_sample: bool
    classes: tuple[str, ...]
    sizes: dict[str, int]
    data_dir: str = ""
    task: Task = "multiclass"
    targets: tuple[str, ...] = ()


class DataProgress(EventBase, frozen=True, tag=True):
    """A step of obtaining the dataset; ``total_bytes`` is 0 where it isn't known."""

    step: str
    message: str
    done_bytes: int
    total_bytes: int


class ModelBuilt(EventBase, frozen=True, tag=True):
    """The model is on its device, or on those of its ``ranks``, which share each batch."""

    device: str
    steps_per_epoch: int
    batch_size: int
    epochs: int
    summary: ModelSummary
    ranks: tuple[RankPlace, ...] = ()


class EpochStarted(EventBase, frozen=True, tag=True):
    """Epoch ``epoch`` (from 0) begins with batch 0, after ``step`` batches of the run."""

    epoch: int
    step: int


class BatchesTrained(EventBase, frozen=True, tag=True):
    """Consecutive batches of an epoch were trained.

    ``losses`` has one value a batch, from ``first_batch`` on; ``step`` counts the batches of
    the whole run up to and with the last; ``current`` is the number of items of this epoch
    so far; ``elapsed_s`` is the time these batches took.
    """

    epoch: int
    first_batch: int
    losses: tuple[Number, ...]
    step: int
    current: int
    size: int
    learning_rate: float
    elapsed_s: float


class LossReported(EventBase, frozen=True, tag=True):
    """The loss of a batch whose line is due (every ``log_every`` batches)."""

    epoch: int
    batch: int
    step: int
    loss: Number
    current: int
    size: int


class EpochTested(EventBase, frozen=True, tag=True):
    """The test split after an epoch; ``accuracy`` from 0 to 1, ``loss`` the mean of batches.

    A regression has no accuracy, but ``mae`` and ``mse``, the mean absolute and squared error.
    """

    epoch: int
    step: int
    accuracy: float | None
    loss: Number
    correct: int | None
    size: int
    elapsed_s: float
    is_best: bool
    mae: Number | None = None
    mse: Number | None = None


class Evaluated(EventBase, frozen=True, tag=True):
    """A split was evaluated because someone asked, at this step; ``is_sample`` labels a sample.

    A regression has no accuracy, but ``mae`` and ``mse``, as in :class:`EpochTested`.
    """

    split: str
    step: int
    accuracy: float | None
    loss: Number
    correct: int | None
    size: int
    is_sample: bool = False
    mae: Number | None = None
    mse: Number | None = None


class Sample(msgspec.Struct, frozen=True):
    """One item with what the model says of it.

    ``pixels`` are the bytes of a uint8 image in base64 (empty for a vector), ``shape`` its
    shape. ``confidence`` is the softmax of the predicted class, from 0 to 1, and
    ``probabilities`` that of each class. ``loss`` is that of this item
    alone: the plan's, or the cross-entropy where the backend can't say the loss of one item.
    ``saliency``, where it was asked for, is a grey uint8 image in base64, as high and wide as
    the item: how much each pixel matters to the predicted class, the most as 255.

    For regression ``outputs`` are the predicted values and ``targets`` the true ones, which
    ``predicted`` and ``actual`` are in words; ``confidence`` is ``None`` and ``loss`` the
    mean squared error of this item.
    """

    index: int
    predicted: str
    actual: str
    confidence: float | None
    shape: tuple[int, ...]
    pixels: str
    probabilities: tuple[float, ...] = ()
    loss: Number | None = None
    saliency: str = ""
    outputs: tuple[Number, ...] = ()
    targets: tuple[float, ...] = ()


class SamplesPredicted(EventBase, frozen=True, tag=True):
    """Items of a split were predicted: after an epoch, or because someone asked."""

    split: str
    step: int
    samples: tuple[Sample, ...]
    epoch: int | None = None


class TensorsRead(EventBase, frozen=True, tag=True):
    """Someone looked into the tensors of a pass over some items of a split."""

    split: str
    step: int
    indices: tuple[int, ...]
    tensors: tuple[TensorView, ...]


class CheckpointSaved(EventBase, frozen=True, tag=True):
    """A checkpoint is complete in ``checkpoints/NAME``; ``reason`` says why it was made."""

    name: str
    epoch: int
    batch: int
    step: int
    size_bytes: int
    reason: str


class CheckpointFailed(EventBase, frozen=True, tag=True):
    """A checkpoint could not be saved; the earlier ones are untouched."""

    step: int
    error: str


class RunPaused(EventBase, frozen=True, tag=True):
    """The worker waits with its model loaded."""

    step: int


class RunResumed(EventBase, frozen=True, tag=True):
    """The worker goes on after a pause."""

    step: int


class LearningRateChanged(EventBase, frozen=True, tag=True):
    """Someone set the learning rate (before the schedule's factor)."""

    step: int
    learning_rate: float


class EpochsChanged(EventBase, frozen=True, tag=True):
    """Someone set the number of epochs."""

    step: int
    epochs: int


class NoteAdded(EventBase, frozen=True, tag=True):
    """Someone wrote a note."""

    step: int
    text: str


class CommandReceived(EventBase, frozen=True, tag=True):
    """A command was read; ``offset`` is the place in ``commands.jsonl`` after it."""

    command: str
    offset: int
    problem: str = ""


class WarningRaised(EventBase, frozen=True, tag=True):
    """Something a person should know that ends nothing."""

    message: str


class PlateauReached(EventBase, frozen=True, tag=True):
    """The ``metric`` was not better for ``epochs`` epochs, so the run ends early."""

    step: int
    metric: str
    epochs: int


class RunFinished(EventBase, frozen=True, tag=True):
    """The run ended as planned (``completed``) or because someone said so (``stopped``)."""

    end: RunEnd
    step: int
    last_accuracy: float | None
    best_accuracy: float | None
    elapsed_s: float


class RunFailed(EventBase, frozen=True, tag=True):
    """The run ended with an error: one sentence, and the traceback.

    ``exit_code`` is 2 where the person can mend it, else 1.
    """

    error: str
    exit_code: int
    traceback: str


Event = (
    RunStarted
    | StageEntered
    | DataProgress
    | DataPrepared
    | ModelBuilt
    | EpochStarted
    | BatchesTrained
    | LossReported
    | EpochTested
    | Evaluated
    | SamplesPredicted
    | TensorsRead
    | CheckpointSaved
    | CheckpointFailed
    | RunPaused
    | RunResumed
    | LearningRateChanged
    | EpochsChanged
    | NoteAdded
    | CommandReceived
    | WarningRaised
    | PlateauReached
    | RunFinished
    | RunFailed
)


def log_lines(event: Event) -> tuple[str, ...]:
    """The lines that an event puts into the log; most put none."""
    match event:
        case EpochStarted():
            return formats.epoch_lines(event.epoch)
        case LossReported():
            return (formats.loss_line(float(event.loss), event.current, event.size),)
        case EpochTested() | Evaluated():
            return test_lines(event)
        case RunFinished(end="completed"):
            return (formats.DONE_LINE,)
        case _:
            return ()


def test_lines(tested: EpochTested | Evaluated) -> tuple[str, ...]:
    """The lines after a test."""
    if tested.accuracy is not None:
        return formats.test_lines(tested.accuracy, float(tested.loss))
    mae, mse = (float("nan") if x is None else float(x) for x in (tested.mae, tested.mse))
    return formats.error_lines(mae, mse, float(tested.loss))
