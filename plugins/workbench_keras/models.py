"""The models, built with ``keras.Sequential``.

The input is a batch ``(N, *dataset.shape)`` in float32. The logits are float32 in each
precision, because a softmax in half precision loses too much.
"""

from workbench.api import DatasetInfo
from workbench_keras.framework import keras
from workbench_keras.model_specs import CnnOptions, DenseOptions


def build_dense(dataset: DatasetInfo, options: DenseOptions) -> keras.Model:
    """Flatten, dense layers with ReLU, dropout (none at 0), and the logits."""
    layers = [keras.Input(dataset.shape), keras.layers.Flatten(name="flatten")]
    for number, units in enumerate(options.units, start=1):
        layers.append(keras.layers.Dense(units, activation="relu", name=f"hidden_{number}"))
    if options.dropout:
        layers.append(keras.layers.Dropout(options.dropout, name="dropout"))
    layers.append(_logits(dataset))
    return keras.Sequential(layers, name="dense")


def build_cnn(dataset: DatasetInfo, options: CnnOptions) -> keras.Model:
    """3x3 convolutions with ReLU, each with max pooling; a dense layer; the logits."""
    layers = [keras.Input(dataset.shape)]
    if len(dataset.shape) == 2:
        layers.append(keras.layers.Reshape((*dataset.shape, 1), name="add_channel"))
    for number, filters in enumerate(options.filters, start=1):
        layers += [
            keras.layers.Conv2D(
                filters,
                3,
                padding="same",
                activation="relu",
                data_format="channels_last",
                name=f"conv_{number}",
            ),
            keras.layers.MaxPooling2D(2, data_format="channels_last", name=f"pool_{number}"),
        ]
    layers.append(keras.layers.Flatten(data_format="channels_last", name="flatten"))
    if options.dropout:
        layers.append(keras.layers.Dropout(options.dropout, name="dropout"))
    layers.append(keras.layers.Dense(options.units, activation="relu", name="hidden"))
    layers.append(_logits(dataset))
    return keras.Sequential(layers, name="cnn")


def _logits(dataset: DatasetInfo) -> keras.Layer:
    return keras.layers.Dense(dataset.num_outputs, dtype="float32", name="logits")
