"""Sample predictions as plain values."""

import base64
import math
from collections.abc import Mapping, Sequence
from typing import Any

import msgspec

from workbench.api.data import DatasetInfo, Split
from workbench.api.errors import UserError
from workbench.api.events import Sample, number
from workbench.api.formats import values_text
from workbench.api.training import SupportsItemLosses, SupportsSaliency, Trainer
from workbench.core.evaluation import softmax
from workbench.core.evaluation.metrics import argmax, class_logits, cross_entropy
from workbench.core.evaluation.regression import squared_error


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
    outputs = trainer.logits(split, indices)
    check_outputs(outputs, info)
    items = [splits[split][index] for index in indices]
    losses = item_losses(trainer, info, outputs, [label for _, label in items])
    say = _value_sample if info.task == "regression" else _class_sample
    samples = []
    for index, (item, label), row, loss in zip(indices, items, outputs, losses, strict=True):
        is_image = info.kind == "image" and info.dtype == "uint8"
        sample = Sample(
            index=index,
            predicted="",
            actual="",
            confidence=None,
            shape=info.shape,
            pixels=base64.b64encode(item.tobytes()).decode() if is_image else "",
            loss=number(loss),
            saliency=saliency_image(trainer, item) if saliency else "",
        )
        samples.append(msgspec.structs.replace(sample, **say(info, label, row)))
    return tuple(samples)


def _class_sample(info: DatasetInfo, label: int, outputs: Sequence[float]) -> dict[str, Any]:
    logits = class_logits(outputs, info.task)
    probabilities = softmax(logits)
    predicted = argmax(logits)
    return {
        "predicted": info.classes[predicted],
        "actual": info.classes[label],
        "confidence": probabilities[predicted],
        "probabilities": tuple(float(f"{value:.7g}") for value in probabilities),
    }


def _value_sample(info: DatasetInfo, label: Any, outputs: Sequence[float]) -> dict[str, Any]:
    targets = tuple(float(value) for value in label)
    return {
        "predicted": values_text(outputs, info.targets),
        "actual": values_text(targets, info.targets),
        "outputs": tuple(number(value) for value in outputs),
        "targets": targets,
    }


def check_outputs(outputs: Sequence[Sequence[float]], info: DatasetInfo) -> None:
    """Raise :class:`UserError` if the model's outputs are not what the dataset asks for."""
    if outputs and len(outputs[0]) != info.num_outputs:
        wanted = "targets" if info.task == "regression" else "classes"
        many = len(info.targets) if info.task == "regression" else info.num_classes
        raise UserError(
            f"The model has {len(outputs[0])} outputs, but the dataset {info.name} has "
            f"{many} {wanted}; it was trained on something else."
        )


def default_loss(info: DatasetInfo) -> str:
    """The loss of an item where the trainer can't say the plan's."""
    return "mse" if info.task == "regression" else "cross-entropy"


def item_losses(
    trainer: Trainer,
    info: DatasetInfo,
    outputs: Sequence[Sequence[float]],
    labels: Sequence[Any],
) -> Sequence[float]:
    """The loss of each item: the plan's, or the task's own where the trainer can't say it."""
    if isinstance(trainer, SupportsItemLosses):
        return trainer.item_losses(outputs, labels)
    pairs = zip(outputs, labels, strict=True)
    if info.task == "regression":
        return [squared_error(row, label) for row, label in pairs]
    return [cross_entropy(class_logits(row, info.task), label) for row, label in pairs]


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
