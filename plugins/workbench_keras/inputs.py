"""From items as a dataset stores them to the tensors that a model takes."""

from typing import Any

from workbench.api import DatasetInfo
from workbench_keras.framework import tf


class InputFormat:
    """How a batch of one dataset's items becomes a model's input, as float32.

    uint8 images are divided by 255; all else keeps its values.
    """

    def __init__(self, dataset: DatasetInfo) -> None:
        self.shape = dataset.shape
        self.dtype = tf.as_dtype(dataset.dtype)
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
