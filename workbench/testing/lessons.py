"""Small made-up datasets of several shapes, easy to learn."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np

from workbench.api.data import ArraySplit, DatasetInfo, Kind, Split, Task

BATCH_SIZE = 16
BATCHES = 4
_CLASSES: Mapping[Task, tuple[str, ...]] = {
    "multiclass": ("a", "b", "c", "d"),
    "binary": ("a", "b"),
    "regression": (),
}
_TARGETS = ("y", "z")
_KINDS = 4
Form = tuple[Kind, tuple[int, ...]]
_SHAPES: tuple[Form, ...] = (
    ("image", (28, 28)),
    ("image", (8, 8)),
    ("image", (32, 32, 3)),
    ("image", (224, 224, 3)),
    ("vector", (2,)),
    ("vector", (16,)),
)
SHAPES = ", ".join(f"{kind}s of {'x'.join(map(str, shape))}" for kind, shape in _SHAPES)
"""What is tried, in words."""


@dataclass(frozen=True)
class Lesson:
    """A dataset and what is known of it; its two splits hold the same items."""

    info: DatasetInfo
    splits: Mapping[str, Split]


def lessons(task: Task, own: tuple[Form, ...] = ()) -> Iterator[Lesson]:
    """A dataset of each shape, of several batches; those of ``own`` after the usual ones."""
    size = BATCH_SIZE * BATCHES
    targets = _TARGETS if task == "regression" else ()
    for kind, shape in (*_SHAPES, *own):
        split = _split(kind, shape, size, task)
        dtype = str(split.inputs.dtype)
        sizes = {"train": size, "test": size}
        info = DatasetInfo("made-up", kind, shape, dtype, _CLASSES[task], sizes, task, targets)
        yield Lesson(info, {"train": split, "test": split})


def _split(kind: str, shape: tuple[int, ...], size: int, task: Task) -> ArraySplit:
    draw = np.random.default_rng(1)
    count = len(_CLASSES[task]) or _KINDS
    labels = np.arange(size, dtype=np.int64) % count
    features = math.prod(shape)
    patterns = draw.normal(size=(count, features))
    values: Any = patterns[labels] + 0.2 * draw.normal(size=(size, features))
    if kind == "image":
        values = np.clip(128 + 50 * values, 0, 255).astype(np.uint8)
    else:
        values = values.astype(np.float32)
    if task == "regression":
        wanted = np.stack([labels % 2, labels // 2], axis=1).astype(np.float32)
        return ArraySplit(values.reshape(size, *shape), wanted)
    return ArraySplit(values.reshape(size, *shape), labels)
