"""The losses by name and task, as Keras computes them: the mean over a batch.

Multi-class: int64 labels ``(N,)`` and logits ``(N, classes)``. Binary: the same labels and one
logit ``(N, 1)``. Regression: labels and values ``(N, targets)``, float32.
"""

from collections.abc import Callable
from typing import Any

from workbench.api import DatasetInfo, UserError
from workbench_keras.framework import keras, tf

Loss = Callable[[Any, Any], Any]
"""From labels and outputs to a float32 scalar."""

MEAN = "sum_over_batch_size"
EACH_ITEM = "none"


def make_loss(name: str, dataset: DatasetInfo, reduction: str = MEAN) -> Loss:
    """The loss of a name for a dataset's task; raises :class:`UserError` where there is none.

    With the reduction ``EACH_ITEM`` it gives a value an item, ``(N,)``.
    """
    entropy = keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=reduction)
    mse = keras.losses.MeanSquaredError(reduction=reduction)
    bce = keras.losses.BinaryCrossentropy(from_logits=True, reduction=reduction)
    losses: dict[tuple[str, str], Loss] = {
        ("cross-entropy", "multiclass"): entropy,
        ("mse", "multiclass"): lambda labels, logits: mse(
            tf.one_hot(labels, dataset.num_classes), logits
        ),
        ("bce", "binary"): lambda labels, logits: bce(labels[:, None], logits),
        ("mse", "regression"): mse,
    }
    if (name, dataset.task) not in losses:
        fitting = " or ".join(loss for loss, task in losses if task == dataset.task)
        raise UserError(f'There is no loss "{name}" for {dataset.task}; choose {fitting}.')
    return losses[name, dataset.task]
