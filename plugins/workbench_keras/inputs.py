"""From items as a dataset stores them to the tensors that a model takes."""

from typing import Any

import numpy as np

from workbench.api import DatasetInfo
from workbench_keras.framework import tf


class InputFormat:
    """How a batch of one dataset's items becomes a model's input, as float32.

    uint8 images are divided by 255; all else keeps its values. Items are held as stored for the
    batches that are taken of them, or with ``ahead`` as the model takes them.
    """

    def __init__(self, dataset: DatasetInfo, *, ahead: bool = False) -> None:
        self.shape = dataset.shape
        self.dtype = tf.as_dtype(dataset.dtype)
        self.is_ahead = ahead
        self.held_dtype = tf.float32 if ahead else self.dtype
        self.task = dataset.task
        is_regression = dataset.task == "regression"
        self.label_dtype = tf.float32 if is_regression else tf.int64
        self.label_shape = (len(dataset.targets),) if is_regression else ()
        is_scaled = dataset.kind == "image" and dataset.dtype == "uint8"
        # A variable, because TensorFlow turns the division by a constant into a
        # multiplication, which rounds differently.
        self._divisor = tf.Variable(255.0, trainable=False) if is_scaled else None

    def prepare(self, stored: Any) -> Any:
        """``(N, *shape)`` as stored to float32 of the same shape."""
        values = tf.cast(stored, tf.float32)
        return values if self._divisor is None else values / self._divisor

    def hold(self, stored: Any) -> Any:
        """Items ``(N, *shape)`` in NumPy as they are held, still in NumPy."""
        if not self.is_ahead:
            return stored
        if self._divisor is None:
            return np.asarray(stored, np.float32)
        return np.divide(stored, np.float32(255), dtype=np.float32)

    def take(self, held: Any) -> Any:
        """A batch of items that were held, as the model takes it."""
        return held if self.is_ahead else self.prepare(held)
