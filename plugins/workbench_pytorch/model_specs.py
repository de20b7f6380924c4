"""The models that can be picked, without PyTorch."""

from dataclasses import dataclass

from workbench.api import DatasetInfo, ModelSpec, option

SMALLEST_IMAGE = 8
"""Pixels of the smallest side that the convolutional network takes."""


@dataclass(frozen=True)
class MlpOptions:
    """Options of the multilayer perceptron."""

    hidden: tuple[int, ...] = option((512, 512), help="Width of each hidden layer.", ge=1)


@dataclass(frozen=True)
class CnnOptions:
    """Options of the convolutional network."""

    channels: tuple[int, ...] = option(
        (32, 64), help="Channels of each 3x3 convolution; each halves the image.", ge=1
    )
    hidden: int = option(128, help="Width of the layer before the output.", ge=1)
    dropout: float = option(
        0.25, help="Share of features dropped in training before that layer.", ge=0, lt=1
    )


def refuse_cnn(dataset: DatasetInfo, options: CnnOptions) -> str | None:
    """Why the convolutional network can't take this dataset, or ``None``."""
    if dataset.kind != "image":
        return f"it takes images, and {dataset.name} has vectors; choose the model mlp."
    height, width = dataset.shape[:2]
    if min(height, width) < SMALLEST_IMAGE:
        smallest = f"{SMALLEST_IMAGE}x{SMALLEST_IMAGE}"
        return (
            f"it takes images of at least {smallest} pixels, and these have {height}x{width}; "
            "choose the model mlp."
        )
    most = min(height, width).bit_length() - 1
    if len(options.channels) > most:
        return (
            f"each value of model.channels halves the image, so {height}x{width} pixels "
            f"allow {most} at most, not {len(options.channels)}."
        )
    return None


MODELS = (
    ModelSpec(
        name="mlp",
        backend="pytorch",
        title="Multilayer perceptron",
        description="Flattens the input, then linear layers with ReLU between them.",
        build="workbench_pytorch.models:build_mlp",
        options=MlpOptions,
    ),
    ModelSpec(
        name="cnn",
        backend="pytorch",
        title="Convolutional network",
        description="3x3 convolutions with ReLU and max pooling, then two linear layers.",
        build="workbench_pytorch.models:build_cnn",
        options=CnnOptions,
        refuse=refuse_cnn,
    ),
)
