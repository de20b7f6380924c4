"""The models, built for a dataset."""

import math
from itertools import pairwise

from torch import Tensor, nn

from workbench.api import DatasetInfo
from workbench_pytorch.model_specs import CnnOptions, MlpOptions


class NeuralNetwork(nn.Module):
    """A multilayer perceptron: ``(batch, *shape)`` to logits ``(batch, classes)``."""

    def __init__(self, widths: tuple[int, ...]) -> None:
        """``widths`` are those of the input, of each hidden layer and of the output."""
        super().__init__()
        self.flatten = nn.Flatten()
        layers: list[nn.Module] = []
        for wide, next_wide in pairwise(widths):
            layers += [nn.Linear(wide, next_wide), nn.ReLU()]
        self.linear_relu_stack = nn.Sequential(*layers[:-1])

    def forward(self, x: Tensor) -> Tensor:
        """Logits, not probabilities."""
        return self.linear_relu_stack(self.flatten(x))


class ConvolutionalNetwork(nn.Module):
    """Convolutions and two linear layers: ``(batch, channels, height, width)`` to logits."""

    def __init__(self, dataset: DatasetInfo, options: CnnOptions) -> None:
        super().__init__()
        blocks: list[nn.Module] = []
        for channels, next_channels in pairwise((dataset.channels, *options.channels)):
            blocks += [nn.Conv2d(channels, next_channels, 3, padding=1), nn.ReLU(), nn.MaxPool2d(2)]
        self.features = nn.Sequential(*blocks)
        height, width = (side >> len(options.channels) for side in dataset.shape[:2])
        last_channels = (dataset.channels, *options.channels)[-1]
        self.classifier = nn.Sequential(
            nn.Flatten(),
            nn.Dropout(options.dropout),
            nn.Linear(last_channels * height * width, options.hidden),
            nn.ReLU(),
            nn.Linear(options.hidden, dataset.num_outputs),
        )

    def forward(self, x: Tensor) -> Tensor:
        """Logits, not probabilities."""
        return self.classifier(self.features(x))


def build_mlp(dataset: DatasetInfo, options: MlpOptions) -> NeuralNetwork:
    """The multilayer perceptron for a dataset of any shape."""
    return NeuralNetwork((math.prod(dataset.shape), *options.hidden, dataset.num_outputs))


def build_cnn(dataset: DatasetInfo, options: CnnOptions) -> ConvolutionalNetwork:
    """The convolutional network for a dataset of images."""
    return ConvolutionalNetwork(dataset, options)
