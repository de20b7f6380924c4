"""The tensors of one forward and backward pass, which changes nothing."""

from collections.abc import Callable, Iterator
from typing import Any

import numpy as np

from workbench.api.tensors import TensorKind, TensorView, tensor_view
from workbench_keras.framework import keras, tf

Loss = Callable[[Any, Any], Any]


def view(value: Any, name: str, kind: TensorKind, is_trained: bool | None = None) -> TensorView:
    """A tensor or a variable's value as plain values."""
    tensor = tf.convert_to_tensor(value)
    is_float = tensor.dtype.is_floating
    return tensor_view(
        np.asarray(tf.cast(tensor, tf.float32) if is_float else tensor),
        name=name,
        kind=kind,
        dtype=tensor.dtype.name,
        device=tensor.device.rpartition("device:")[2].lower(),
        requires_grad=is_trained,
    )


def read_tensors(
    model: keras.Model, optimizer: Any, loss: Loss, stored: Any, inputs: Any, labels: Any
) -> Iterator[TensorView]:
    """Those of a batch: ``stored`` as the dataset has it, ``inputs`` as the model takes it."""
    yield view(stored, "stored", "data")
    yield view(inputs, "inputs", "data")
    yield view(labels, "labels", "data")
    trained = model.trainable_variables
    with tf.GradientTape() as tape:
        logits = model(inputs, training=False)
        value = loss(labels, logits)
    gradients = tape.gradient(value, [variable.value for variable in trained])
    yield view(logits, "logits", "output")
    yield view(value, "loss", "output")
    for variable in model.variables:
        if "seed_generator" not in variable.path:
            yield view(variable.value, variable.path, "weight", variable.trainable)
    for variable, gradient in zip(trained, gradients, strict=True):
        if gradient is not None:
            yield view(gradient, f"{variable.path}.grad", "gradient")
    for variable in optimizer.variables:
        yield view(variable.value, variable.path, "optimizer", False)
