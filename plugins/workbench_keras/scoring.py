"""How good a model's outputs are: what a batch adds, inside the graph, and what it all means."""

from typing import Any

from workbench.api import Evaluation
from workbench_keras.framework import tf


def score_of(task: str, outputs: Any, labels: Any) -> Any:
    """What a batch adds to the score, float64 ``(2,)``.

    How many items are right and 0, or for regression the sums of the absolute and the
    squared errors.
    """
    if task == "regression":
        off = tf.cast(outputs, tf.float32) - labels
        sums = (tf.reduce_sum(tf.abs(off)), tf.reduce_sum(tf.square(off)))
        return tf.cast(tf.stack(sums), tf.float64)
    if task == "binary":
        is_right = tf.equal(outputs[:, 0] > 0, labels > 0)
    else:
        is_right = tf.equal(tf.argmax(outputs, axis=1), labels)
    right = tf.cast(tf.math.count_nonzero(is_right), tf.float64)
    return tf.stack((right, tf.zeros_like(right)))


def evaluation(task: str, score: Any, loss: float, size: int, targets: int) -> Evaluation:
    """The result of a split of ``size`` items, from the sum of its batches' scores."""
    if task != "regression":
        return Evaluation(loss, round(float(score[0])), size)
    mae, mse = (float(value) / (size * targets) for value in score)
    return Evaluation(loss, None, size, mae, mse)
