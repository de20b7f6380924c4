"""The models that can be picked, without Keras."""

from dataclasses import dataclass

from workbench.api import DatasetInfo, ModelSpec, option

SMALLEST_IMAGE = 8
"""Pixels of the smallest side that the convolutional network takes."""


@dataclass(frozen=True)
class DenseOptions:
    """Options of the dense network."""

    units: tuple[int, ...] = option((128,), help="Units of each hidden layer.", ge=1)
    dropout: float = option(
        0.2, help="Share of units dropped in training after the hidden layers.", ge=0, lt=1
    )


@dataclass(frozen=True)
class CnnOptions:
    """Options of the convolutional network."""

    filters: tuple[int, ...] = option(
        (32, 64), help="Filters of each 3x3 convolution; each halves the image.", ge=1
    )
    units: int = option(128, help="Units of the layer before the output.", ge=1)
    dropout: float = option(
        0.25, help="Share of units dropped in training before that layer.", ge=0, lt=1
    )


def refuse_cnn(dataset: DatasetInfo, options: CnnOptions) -> str | None:
    """Why the convolutional network can't take this dataset, or ``None``."""
    if dataset.kind != "image":
        return f"it takes images, and {dataset.name} has vectors; choose the model dense."
    height, width = dataset.shape[:2]
    if min(height, width) < SMALLEST_IMAGE:
        smallest = f"{SMALLEST_IMAGE}x{SMALLEST_IMAGE}"
        return (
            f"it takes images of at least {smallest} pixels, and these have {height}x{width}; "
            "choose the model dense."
        )
    most = min(height, width).bit_length() - 1
    if len(options.filters) > most:
        return (
            f"each value of model.filters halves the image, so {height}x{width} pixels "
            f"allow {most} at most, not {len(options.filters)}."
        )
    return None


MODELS = (
    ModelSpec(
        name="dense",
        backend="keras",
        title="Dense network",
        description="Flattens the input, then dense layers with ReLU, and dropout.",
        build="workbench_keras.models:build_dense",
        options=DenseOptions,
    ),
    ModelSpec(
        name="cnn",
        backend="keras",
        title="Convolutional network",
        description="3x3 convolutions with ReLU and max pooling, then two dense layers.",
        build="workbench_keras.models:build_cnn",
        options=CnnOptions,
        refuse=refuse_cnn,
    ),
)
