"""Sample predictions as plain values."""

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

from workbench.api.data import DatasetInfo, Split
from workbench.api.errors import UserError
from workbench.api.events import Sample, number
from workbench.api.training import SupportsItemLosses, SupportsSaliency, Trainer
from workbench.core.evaluation import softmax
from workbench.core.evaluation.metrics import argmax, cross_entropy


def predict_samples(
    trainer: Trainer,
    info: DatasetInfo,
    splits: Mapping[str, Split],
    split: str,
    indices: Sequence[int],
    *,
    saliency: bool = False,
) -> tuple[Sample, ...]:
    """What the model says of some items of a split.

    With ``saliency`` each has a saliency map, if the trainer draws any. Raises
    :class:`UserError` if the model's outputs are not the dataset's classes.
    """
    if not indices:
        return ()
    logits = trainer.logits(split, indices)
    check_outputs(logits, info)
    items = [splits[split][index] for index in indices]
    losses = item_losses(trainer, logits, [label for _, label in items])
    return tuple(
        _sample(
            info,
            index,
            item,
            label,
            row,
            loss,
            saliency_image(trainer, item) if saliency else "",
        )
        for index, (item, label), row, loss in zip(indices, items, logits, losses, strict=True)
    )


def _sample(
    info: DatasetInfo,
    index: int,
    item: Any,
    label: int,
    logits: Sequence[float],
    loss: float,
    saliency: str,
) -> Sample:
    probabilities = softmax(logits)
    predicted = argmax(logits)
    is_image = info.kind == "image" and info.dtype == "uint8"
    return Sample(
        index=index,
        predicted=info.classes[predicted],
        actual=info.classes[label],
        confidence=probabilities[predicted],
        shape=info.shape,
        pixels=base64.b64encode(item.tobytes()).decode() if is_image else "",
        probabilities=tuple(float(f"{value:.7g}") for value in probabilities),
        loss=number(loss),
        saliency=saliency,
    )


def check_outputs(logits: Sequence[Sequence[float]], info: DatasetInfo) -> None:
    """Raise :class:`UserError` if the model's outputs are not the dataset's classes."""
    if logits and len(logits[0]) != info.num_classes:
        raise UserError(
            f"The model has {len(logits[0])} outputs, but the dataset {info.name} has "
            f"{info.num_classes} classes; it was trained on something else."
        )


def item_losses(
    trainer: Trainer, logits: Sequence[Sequence[float]], labels: Sequence[int]
) -> Sequence[float]:
    """The loss of each item: the plan's, or the cross-entropy where the trainer can't say it."""
    if isinstance(trainer, SupportsItemLosses):
        return trainer.item_losses(logits, labels)
    return [cross_entropy(row, label) for row, label in zip(logits, labels, strict=True)]


def saliency_image(trainer: Trainer, item: Any) -> str:
    """A saliency map as uint8 bytes in base64, the largest value as 255.

    Empty if the trainer draws none.
    """
    if not isinstance(trainer, SupportsSaliency):
        return ""
    values = [value for row in trainer.saliency(item) for value in row]
    finite = [value for value in values if math.isfinite(value)]
    scale = 255 / max(finite) if finite and max(finite) > 0 else 0.0
    content = bytes(round(value * scale) if math.isfinite(value) else 0 for value in values)
    return base64.b64encode(content).decode()
