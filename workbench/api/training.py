"""What a backend implements: the trainer that the worker's engine drives."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

import msgspec

from workbench.api.data import DatasetInfo, Split
from workbench.api.numbers import Number, number


@dataclass(frozen=True)
class Ranks:
    """A process's place among the ``size`` processes that train one model together.

    ``rank`` counts over all machines, ``local_rank`` on this one. Rank 0 alone has the engine.
    """

    rank: int
    size: int
    local_rank: int


@dataclass(frozen=True)
class TrainerContext:
    """All that a backend needs to make a trainer.

    ``build_model()`` returns the framework's model; ``build_optimizer(parameters)`` its
    optimizer. ``loss`` is the name of one of the backend's losses. ``device`` is ``auto``,
    ``cpu``, ``cuda:N`` or ``mps``. ``loader_workers`` is 0 for loading in the training
    process. The trainer seeds its framework with ``seed`` before it builds the model.
    ``augment``, where the dataset has one for this backend, changes one training item at
    random, as the model takes it, each time that it is trained on and at no other time; it
    draws from the framework's own generator.

    ``devices`` are the indices of this machine's devices of a run on several, of the kind
    that ``device`` says. ``ranks`` is there where each of them has a process of its own; a
    batch of ``batch_size`` items is shared by all devices.
    """

    dataset: DatasetInfo
    splits: Mapping[str, Split]
    build_model: Callable[[], Any]
    build_optimizer: Callable[[Any], Any]
    loss: str
    batch_size: int
    shuffle: bool
    drop_last: bool
    loader_workers: int
    seed: int
    device: str
    options: Any
    augment: Callable[[Any], Any] | None = None
    devices: tuple[int, ...] = (0,)
    ranks: Ranks | None = None


class LayerInfo(msgspec.Struct, frozen=True):
    """One layer: its name in the model, its class, its output's shape without the batch."""

    name: str
    kind: str
    output_shape: tuple[int, ...]
    parameters: int
    trainable: int


class TensorStats(msgspec.Struct, frozen=True):
    """A weight or bias: shape, dtype and statistics over all its values.

    ``histogram`` counts the values in bins of equal width from ``min`` to ``max``.
    """

    name: str
    shape: tuple[int, ...]
    dtype: str
    mean: Number
    std: Number
    min: Number
    max: Number
    histogram: tuple[int, ...] = ()

    def __post_init__(self) -> None:
        # Weights that diverged must still be shown, and JSON has no NaN.
        for name in ("mean", "std", "min", "max"):
            msgspec.structs.force_setattr(self, name, number(float(getattr(self, name))))


class ModelSummary(msgspec.Struct, frozen=True):
    """A model as plain values; ``text`` is what the framework itself prints of it."""

    text: str
    layers: tuple[LayerInfo, ...]
    parameters: int
    trainable: int
    tensors: tuple[TensorStats, ...]


_PLAIN: Mapping[str, type[int] | type[float]] = {
    "loss": float,
    "correct": int,
    "size": int,
    "mae": float,
    "mse": float,
}


@dataclass(frozen=True)
class Evaluation:
    """The result of one pass over a split.

    ``loss`` is the mean over batches of each batch's mean loss; ``correct`` of ``size``
    items were classified right: for a binary task those on the right side of probability
    0.5. For regression it is ``None``, and ``mae`` and ``mse`` are the mean absolute and
    squared errors over all items and targets.
    """

    loss: float
    correct: int | None
    size: int
    mae: float | None = None
    mse: float | None = None

    def __post_init__(self) -> None:
        # What a framework or NumPy computed is seldom a plain number, and JSON takes no other.
        for name, plain in _PLAIN.items():
            value = getattr(self, name)
            if value is not None:
                object.__setattr__(self, name, plain(value))

    @property
    def accuracy(self) -> float | None:
        """The share of items classified right, from 0 to 1; ``None`` for regression."""
        if self.correct is None:
            return None
        return self.correct / self.size if self.size else 0.0


class Trainer(Protocol):
    """A model, its optimizer and its data, in one framework, driven by the engine.

    The engine calls ``start_epoch(t)``, then ``train`` for consecutive ranges of batches
    until ``steps_per_epoch``, then ``evaluate("test")``. Between two ranges it answers
    commands and may ``save``. After ``load`` in the middle of an epoch it goes on with the
    next range, without ``start_epoch``: the trainer's files hold the order of that epoch.
    """

    steps_per_epoch: int
    """Batches of an epoch, the last smaller one included unless ``drop_last`` is set."""

    device: str
    """The device in use, e.g. ``cpu`` or ``cuda:0``."""

    def start_epoch(self, epoch: int) -> None:
        """Draw the order of the items of epoch ``epoch`` (from 0)."""
        ...

    def train(self, batches: range, learning_rates: Sequence[float]) -> Sequence[float]:
        """Train on these batches of the epoch and return the loss of each.

        ``learning_rates`` has one value a batch. The losses are read from the device once,
        after the last batch.
        """
        ...

    def evaluate(self, split: str) -> Evaluation:
        """One pass over a split in its stored order, in batches of ``batch_size``.

        Dropout and the like are off and no gradient is kept.
        """
        ...

    def logits(self, split: str, indices: Sequence[int]) -> Sequence[Sequence[float]]:
        """The model's outputs for some items of a split, ``(len(indices), num_outputs)``, as lists.

        Draws nothing from a random generator that training uses.
        """
        ...

    def logits_of(self, inputs: Any) -> Sequence[Sequence[float]]:
        """The outputs for inputs given as an array ``(N, *dataset.shape)`` in its dtype."""
        ...

    def summary(self) -> ModelSummary:
        """The model as plain values."""
        ...

    def save(self, folder: Path) -> None:
        """Write all that an exact resume needs into an empty folder.

        Weights, optimizer, random generators, and the order of the current epoch.
        """
        ...

    def load(self, folder: Path) -> None:
        """Read what ``save`` wrote. Unpickles nothing."""
        ...

    def load_weights(self, folder: Path) -> None:
        """Read only the model's weights from what ``save`` wrote.

        For a new run that begins with them. Raises :class:`~workbench.api.UserError` where
        they don't fit this model.
        """
        ...

    def export(self, target: Path, format: str) -> None:
        """Write the model (``target`` is a new file or folder) in a format of the backend."""
        ...

    def import_weights(self, path: Path) -> None:
        """Read weights from a file that someone else made. Unpickles nothing.

        Raises :class:`~workbench.api.UserError` for a file that isn't one, that is hostile
        or that doesn't fit this model.
        """
        ...


@runtime_checkable
class SupportsSaliency(Protocol):
    """A trainer may have this method too; without it there are no saliency maps."""

    def saliency(self, item: Any) -> Sequence[Sequence[float]]:
        """How much each pixel of one item (``dataset.shape``, as stored) matters.

        The absolute gradient of the predicted class's logit with respect to the model's
        input, the largest of a pixel's channels: ``height`` rows of ``width`` values, or one
        row for a vector. Trains nothing and draws nothing from a random generator that
        training uses.
        """
        ...


@runtime_checkable
class SupportsItemLosses(Protocol):
    """A trainer may have this method too; without it an item's loss is its cross-entropy."""

    def item_losses(
        self, logits: Sequence[Sequence[float]], labels: Sequence[Any]
    ) -> Sequence[float]:
        """The plan's loss of each of ``N`` items alone.

        ``logits`` are as :meth:`Trainer.logits` gives them and ``labels`` as the split stores
        them, one an item. Their mean over a batch is that batch's loss.
        """
        ...


class RankPlace(msgspec.Struct, frozen=True):
    """Where a rank works, e.g. as process 4711 of ``box`` on ``cuda:1``."""

    rank: int
    host: str
    pid: int
    device: str


@runtime_checkable
class SupportsRanks(Protocol):
    """The trainer of a backend whose launcher starts a process for each device has this too.

    Rank 0's is driven by the engine and makes the others do the same at the same batch; what
    they save, evaluate and report is that of the whole run.
    """

    places: Sequence[RankPlace]
    """All ranks, in order."""

    def follow(self) -> None:
        """Any other rank: do what rank 0 does, until it says that this is the end."""
        ...

    def dismiss(self) -> None:
        """Rank 0: tell the others that this is the end."""
        ...


class StepTimes(msgspec.Struct, frozen=True):
    """Where the seconds of some training steps went, and how many passed in all.

    ``total_s`` is from a loop that is not watched; the parts are from one that is, which on
    a GPU waits for the device after each part. ``report_s`` is the reading of losses.
    """

    total_s: float
    data_s: float
    forward_s: float
    backward_s: float
    optimizer_s: float
    report_s: float


@runtime_checkable
class SupportsDeviceMemory(Protocol):
    """A trainer may have this method too, where its device has a memory of its own."""

    def peak_device_bytes(self) -> int | None:
        """The most that was ever taken of the device's memory; ``None`` on the CPU."""
        ...


@runtime_checkable
class SupportsPlainLoop(Protocol):
    """A trainer may have this method too; without it there is nothing to compare with."""

    def plain_loop(self, batches: int) -> StepTimes:
        """Train ``batches`` batches of an epoch as a plain script of the framework would.

        On a copy of the model, with an optimizer of its own, from the first batch on;
        ``batches`` is at most ``steps_per_epoch``.
        """
        ...
