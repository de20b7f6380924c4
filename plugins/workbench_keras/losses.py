"""The losses, as Keras computes them."""

from collections.abc import Callable
from typing import Any

from workbench.api import UserError
from workbench_keras.framework import keras, tf

Loss = Callable[[Any, Any], Any]
"""From int64 labels ``(N,)`` and logits ``(N, num_classes)`` to a float32 scalar."""

MEAN = "sum_over_batch_size"
EACH_ITEM = "none"


def make_loss(name: str, num_classes: int, reduction: str = MEAN) -> Loss:
    """The loss of a name; raises :class:`UserError` for a name there is not.

    With the reduction ``EACH_ITEM`` it gives a value an item, ``(N,)``.
    """
    if name == "cross-entropy":
        return keras.losses.SparseCategoricalCrossentropy(from_logits=True, reduction=reduction)
    if name == "mse":
        squared_error = keras.losses.MeanSquaredError(reduction=reduction)
        return lambda labels, logits: squared_error(tf.one_hot(labels, num_classes), logits)
    raise UserError(f'The Keras backend has no loss "{name}"; choose cross-entropy or mse.')
