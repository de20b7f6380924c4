"""Saliency maps: which pixels a prediction rests on."""

from typing import Any

from workbench_keras.framework import keras, tf


def saliency_rows(model: keras.Model, inputs: Any) -> list[list[float]]:
    """The absolute gradient of the predicted class's logit, ``(height, width)``.

    ``inputs`` is one prepared item, ``(1, height, width)``, ``(1, height, width, channels)``
    or ``(1, features)``, which gives one row. Of the channels the largest counts.
    """
    with tf.GradientTape(watch_accessed_variables=False) as tape:
        tape.watch(inputs)
        top = tf.reduce_max(model(inputs, training=False)[0])
    rows = tf.abs(tf.cast(tape.gradient(top, inputs), tf.float32))[0]
    if rows.shape.rank == 3:
        rows = tf.reduce_max(rows, axis=-1)
    found: list[list[float]] = tf.reshape(rows, (-1, rows.shape[-1])).numpy().tolist()
    return found
