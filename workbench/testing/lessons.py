"""Small made-up datasets of several shapes, easy to learn."""

import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Literal

import numpy as np

from workbench.api.data import ArraySplit, DatasetInfo, Split

BATCH_SIZE = 16
BATCHES = 4
_CLASSES = ("a", "b", "c", "d")
_SHAPES: tuple[tuple[Literal["image", "vector"], tuple[int, ...]], ...] = (
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


def lessons() -> Iterator[Lesson]:
    """A dataset of each shape, of several batches."""
    size = BATCH_SIZE * BATCHES
    for kind, shape in _SHAPES:
        split = _split(kind, shape, size)
        dtype = str(split.inputs.dtype)
        sizes = {"train": size, "test": size}
        info = DatasetInfo("made-up", kind, shape, dtype, _CLASSES, sizes)
        yield Lesson(info, {"train": split, "test": split})


def _split(kind: str, shape: tuple[int, ...], size: int) -> ArraySplit:
    draw = np.random.default_rng(1)
    labels = np.arange(size, dtype=np.int64) % len(_CLASSES)
    features = math.prod(shape)
    patterns = draw.normal(size=(len(_CLASSES), features))
    values: Any = patterns[labels] + 0.2 * draw.normal(size=(size, features))
    if kind == "image":
        values = np.clip(128 + 50 * values, 0, 255).astype(np.uint8)
    else:
        values = values.astype(np.float32)
    return ArraySplit(values.reshape(size, *shape), labels)
