"""Keras Applications' networks for images as models of the Keras backend.

The options, the spec and the building.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.api import DatasetInfo, ModelSpec, UserError, hookimpl, option
from workbench_extras.networks import BACKBONE, refusal, size_option

NETWORKS = {
    "MobileNetV2": "-1 to 1",
    "MobileNetV3Small": "0 to 255",
    "MobileNetV3Large": "0 to 255",
    "EfficientNetB0": "0 to 255",
    "EfficientNetB1": "0 to 255",
    "EfficientNetV2B0": "0 to 255",
    "ResNet50V2": "-1 to 1",
    "ResNet101V2": "-1 to 1",
    "ConvNeXtTiny": "0 to 255",
}
"""By name the range of values that each takes in."""

_SCALES = {"-1 to 1": (2.0, -1.0), "0 to 255": (255.0, 0.0)}


@dataclass(frozen=True)
class ApplicationOptions:
    """Options of Keras Applications' networks."""

    network: str = option("MobileNetV3Small", help="Which one.", choices=tuple(NETWORKS))
    weights: str | None = option(
        None, help="File of its weights without the top (.h5) to begin with.", is_path=True
    )
    frozen: tuple[str, ...] = option(
        (), help="Beginnings of names of layers whose weights stay; backbone: all but the last."
    )
    size: int = size_option()
    dropout: float = option(
        0.0, help="Share of features dropped before the last layer.", ge=0, lt=1
    )


@hookimpl
def workbench_models() -> Iterable[ModelSpec]:
    """Keras Applications' networks."""
    return (
        ModelSpec(
            name="applications",
            backend="keras",
            title="Keras Applications",
            description="MobileNet, EfficientNet, ResNet and others, with a last layer that fits.",
            build="workbench_extras.keras_applications:build",
            options=ApplicationOptions,
            refuse=refuse,
        ),
    )


def refuse(dataset: DatasetInfo, options: ApplicationOptions) -> str | None:
    """Why they can't take this dataset, or ``None``."""
    return refusal(dataset, options.size, for_vectors="dense")


def build(dataset: DatasetInfo, options: ApplicationOptions) -> Any:
    """A Keras model that takes ``(N, *dataset.shape)`` from 0 to 1.

    Raises :class:`UserError` for weights that don't fit, and layers that it has not.
    """
    import keras

    inputs = keras.Input(dataset.shape)
    images = inputs
    if len(dataset.shape) == 2:
        images = keras.layers.Reshape((*dataset.shape, 1), name="add_channel")(images)
    if dataset.channels == 1:
        images = keras.layers.Concatenate(name="grey_to_colour")([images] * 3)
    height, width = (options.size,) * 2 if options.size else dataset.shape[:2]
    if options.size:
        images = keras.layers.Resizing(height, width, name="resize")(images)
    scale, offset = _SCALES[NETWORKS[options.network]]
    images = keras.layers.Rescaling(scale, offset, name="rescale")(images)
    network = getattr(keras.applications, options.network)(
        include_top=False, weights=None, input_shape=(height, width, 3), pooling="avg"
    )
    if options.weights:
        _load(network, Path(options.weights))
    is_all_frozen = _freeze(network, options.frozen)
    # A frozen network keeps the statistics of its normalisation too.
    features = network(images, training=False) if is_all_frozen else network(images)
    if options.dropout:
        features = keras.layers.Dropout(options.dropout, name="dropout")(features)
    logits = keras.layers.Dense(dataset.num_outputs, dtype="float32", name="logits")(features)
    return keras.Model(inputs, logits, name="applications")


def _load(network: Any, path: Path) -> None:
    if not path.is_file():
        raise UserError(f"There is no file {path}; set model.weights to one.")
    try:
        network.load_weights(path)
    except Exception as error:  # h5py and Keras have errors of their own
        told = " ".join(str(error).split())[:120]
        raise UserError(
            f"{path} has no weights for {network.name} without its top ({told}); choose the "
            "model.network that they are of."
        ) from error


def _freeze(network: Any, wanted: tuple[str, ...]) -> bool:
    """Let the weights of these layers stay; whether those of all do."""
    if BACKBONE in wanted:
        network.trainable = False
        return True
    for beginning in wanted:
        found = [layer for layer in network.layers if layer.name.startswith(beginning)]
        if not found:
            names = ", ".join(layer.name for layer in network.layers[1:6])
            raise UserError(
                f'No layer\'s name begins with "{beginning}"; model.frozen takes backbone, '
                f"{names} …"
            )
        for layer in found:
            layer.trainable = False
    return False
