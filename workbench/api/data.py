"""What a dataset gives: splits of items, framework-neutral."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, Protocol, runtime_checkable

Kind = Literal["image", "vector"]
Task = Literal["multiclass", "binary", "regression"]
"""What is to be said of an item: one of many classes, one of two, or values."""


@runtime_checkable
class Split(Protocol):
    """One part of a dataset, such as ``train`` or ``test``.

    ``split[i]`` is ``(input, label)``: an array of the dataset's shape and dtype, as stored
    (images are uint8 and not yet scaled), and the class index as ``int``. For regression the
    label is a float32 array ``(len(dataset.targets),)``.
    """

    def __len__(self) -> int: ...

    def __getitem__(self, index: int, /) -> tuple[Any, Any]: ...

    def arrays(self) -> tuple[Any, Any] | None:
        """All items as NumPy arrays, or ``None`` where they don't fit in memory.

        Inputs have the shape ``(len, *dataset.shape)`` and the dataset's dtype; labels have
        the shape ``(len,)`` and dtype int64, for regression ``(len, len(dataset.targets))``
        and float32. With arrays a backend takes its fast path.
        """
        ...


@dataclass(frozen=True)
class ArraySplit:
    """A split held in two NumPy arrays: inputs ``(N, *shape)`` and int64 labels ``(N,)``.

    For regression the labels are float32 ``(N, targets)``.
    """

    inputs: Any
    labels: Any

    def __len__(self) -> int:
        return len(self.labels)

    def __getitem__(self, index: int, /) -> tuple[Any, Any]:
        label = self.labels[index]
        return self.inputs[index], label if label.ndim else int(label)

    def arrays(self) -> tuple[Any, Any]:
        """The two arrays."""
        return self.inputs, self.labels


@dataclass(frozen=True)
class DatasetInfo:
    """What a model or a backend may know of a dataset without touching its data.

    ``shape`` is that of one item as stored: ``(height, width)`` for a grey image,
    ``(height, width, channels)`` for a colour one, ``(features,)`` for a vector. A ``binary``
    dataset has two classes, of which a model says the second with one logit. A ``regression``
    has no classes; ``targets`` names the values that a model says.
    """

    name: str
    kind: Kind
    shape: tuple[int, ...]
    dtype: str
    classes: tuple[str, ...]
    sizes: Mapping[str, int]
    task: Task = "multiclass"
    targets: tuple[str, ...] = ()

    @property
    def num_outputs(self) -> int:
        """The width of a model's output: a logit a class, one logit, or a value a target."""
        if self.task == "regression":
            return len(self.targets)
        return 1 if self.task == "binary" else self.num_classes

    @property
    def num_classes(self) -> int:
        """How many classes there are."""
        return len(self.classes)

    @property
    def channels(self) -> int:
        """Channels of an image (1 for a grey one); 0 for a vector."""
        if self.kind != "image":
            return 0
        return self.shape[2] if len(self.shape) == 3 else 1


@dataclass(frozen=True)
class Described:
    """What ``load`` returns where the options make the dataset: its form, and its splits.

    ``augment`` is empty, or has for each backend that can train with random changes of the
    items a function without arguments; it is called in the worker and returns what a
    trainer's :attr:`~workbench.api.TrainerContext.augment` is.
    """

    info: DatasetInfo
    splits: Mapping[str, Split]
    augment: Mapping[str, Callable[[], Any]] = field(default_factory=dict)
