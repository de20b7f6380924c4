"""A model as plain values."""

from typing import Any

import numpy as np

from workbench.api import LayerInfo, ModelSummary, TensorStats
from workbench_keras.checkpoint import by_path, read_value
from workbench_keras.framework import keras

_BINS = 20


def summarize(model: keras.Model) -> ModelSummary:
    """The model's text as Keras prints it, its layers, parameter counts and statistics."""
    lines: list[str] = []
    model.summary(print_fn=lines.append)
    return ModelSummary(
        text="\n".join(lines).rstrip(),
        layers=tuple(_layer(layer) for layer in model.layers),
        parameters=model.count_params(),
        trainable=_count(model.trainable_weights),
        tensors=tuple(_stats(path, weight) for path, weight in by_path(model.weights).items()),
    )


def _layer(layer: keras.Layer) -> LayerInfo:
    return LayerInfo(
        name=layer.name,
        kind=type(layer).__name__,
        output_shape=_output_shape(layer),
        parameters=_count(layer.weights),
        trainable=_count(layer.trainable_weights),
    )


def _count(weights: list[Any]) -> int:
    return sum(weight.shape.num_elements() for weight in weights)


def _output_shape(layer: keras.Layer) -> tuple[int, ...]:
    """Without the batch; empty where the layer has no one output of a known shape."""
    try:
        shape = layer.output.shape[1:]
    except (AttributeError, ValueError):  # never called on symbolic inputs, or several outputs
        return ()
    return () if None in shape else tuple(shape)


def _stats(name: str, weight: Any) -> TensorStats:
    values = read_value(weight).astype("float64")
    numbers = (
        (values.mean(), values.std(), values.min(), values.max()) if values.size else [0.0] * 4
    )
    return TensorStats(
        name, tuple(weight.shape), weight.dtype, *map(float, numbers), histogram=_histogram(values)
    )


def _histogram(values: np.ndarray) -> tuple[int, ...]:
    """Counts in bins of equal width; empty where there is no finite range."""
    if not (values.size and np.isfinite(values).all()):
        return ()
    return tuple(np.histogram(values, _BINS)[0].tolist())
