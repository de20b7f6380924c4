"""Sample predictions as plain values."""

import base64
import math
from collections.abc import Mapping, Sequence

from workbench.api.data import DatasetInfo, Split
from workbench.api.events import Sample
from workbench.api.training import Trainer


def predict_samples(
    trainer: Trainer,
    info: DatasetInfo,
    splits: Mapping[str, Split],
    split: str,
    indices: Sequence[int],
) -> tuple[Sample, ...]:
    """What the model says of some items of a split."""
    if not indices:
        return ()
    logits = trainer.logits(split, indices)
    return tuple(
        _sample(info, splits[split], index, row) for index, row in zip(indices, logits, strict=True)
    )


def _sample(info: DatasetInfo, split: Split, index: int, logits: Sequence[float]) -> Sample:
    item, label = split[index]
    probabilities = softmax(logits)
    predicted = max(range(len(logits)), key=logits.__getitem__)
    is_image = info.kind == "image" and info.dtype == "uint8"
    return Sample(
        index=index,
        predicted=info.classes[predicted],
        actual=info.classes[label],
        confidence=probabilities[predicted],
        shape=info.shape,
        pixels=base64.b64encode(item.tobytes()).decode() if is_image else "",
    )


def softmax(logits: Sequence[float]) -> list[float]:
    """The probabilities of the classes. Logits that are not numbers give zeros."""
    if not all(math.isfinite(value) for value in logits):
        return [0.0] * len(logits)
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    total = sum(powers)
    return [power / total for power in powers]
