"""A plan's dataset, model and optimizer as Python code; only those of these plugins."""

from collections.abc import Iterable, Mapping
from itertools import pairwise
from typing import Any

from workbench.api import DatasetInfo, UserError

Options = Mapping[str, Any]

_DATASETS = {"fashion-mnist": "FashionMNIST", "mnist": "MNIST"}
_OPTIMIZERS = {"sgd": "SGD", "adam": "Adam", "adamw": "AdamW"}
_DEFAULTS: dict[str, dict[str, Any]] = {
    "sgd": {"momentum": 0.0, "dampening": 0.0, "weight_decay": 0.0, "nesterov": False},
    "adam": {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.0, "amsgrad": False},
    "adamw": {"betas": (0.9, 0.999), "eps": 1e-8, "weight_decay": 0.01, "amsgrad": False},
}


def dataset_class(options: Options, dataset: DatasetInfo) -> str:
    """The dataset's class in torchvision."""
    name = _own("dataset", options, _DATASETS)
    if dataset.shape != (28, 28) or dataset.num_classes != 10:
        raise UserError(f"A script can't be written for the dataset {name} of another plugin.")
    return _DATASETS[name]


def model_class(options: Options, dataset: DatasetInfo) -> tuple[str, str]:
    """The model's class: its name and its code."""
    return _MODELS[_own("model", options, _MODELS)](options, dataset)


def optimizer_call(options: Options) -> str:
    """The call that makes the optimizer, with what differs from PyTorch's own defaults."""
    name = _own("optimizer", options, _OPTIMIZERS)
    given = {**options, "betas": (options.get("beta1"), options.get("beta2"))}
    changed = {key: given[key] for key, default in _DEFAULTS[name].items() if given[key] != default}
    arguments = ["model.parameters()", "lr=learning_rate"]
    arguments += [f"{key}={value!r}" for key, value in changed.items()]
    call = f"torch.optim.{_OPTIMIZERS[name]}("
    if not changed:
        return call + ", ".join(arguments) + ")"
    return "\n        ".join([call, *(f"{argument}," for argument in arguments)]) + "\n    )"


def _own(kind: str, options: Options, known: Iterable[str]) -> str:
    """The name of a part of this plugin, or of MNIST, without its qualification."""
    plugin, _, name = str(options["name"]).rpartition(":")
    if plugin not in ("", "pytorch", "keras") or name not in known:
        raise UserError(
            f'A script can\'t be written with the {kind} "{options["name"]}", which is not '
            f"PyTorch's or torchvision's own; choose {' or '.join(known)}."
        )
    return name


def _mlp(options: Options, dataset: DatasetInfo) -> tuple[str, str]:
    widths = [" * ".join(map(str, dataset.shape)), *options["hidden"], dataset.num_classes]
    layers: list[str] = []
    for wide, next_wide in pairwise(widths):
        layers += [f"nn.Linear({wide}, {next_wide})", "nn.ReLU()"]
    return "NeuralNetwork", _MLP.replace("LAYERS", _indented(layers[:-1]))


def _cnn(options: Options, dataset: DatasetInfo) -> tuple[str, str]:
    channels = [dataset.channels, *options["channels"]]
    features: list[str] = []
    for these, next_channels in pairwise(channels):
        convolution = f"nn.Conv2d({these}, {next_channels}, 3, padding=1)"
        features += [convolution, "nn.ReLU()", "nn.MaxPool2d(2)"]
    height, width = (side >> len(options["channels"]) for side in dataset.shape[:2])
    classifier = [
        "nn.Flatten()",
        f"nn.Dropout({options['dropout']!r})",
        f"nn.Linear({channels[-1]} * {height} * {width}, {options['hidden']})",
        "nn.ReLU()",
        f"nn.Linear({options['hidden']}, {dataset.num_classes})",
    ]
    code = _CNN.replace("FEATURES", _indented(features))
    return "ConvolutionalNetwork", code.replace("CLASSIFIER", _indented(classifier))


_MODELS = {"mlp": _mlp, "cnn": _cnn}


def _indented(layers: Iterable[str]) -> str:
    lines = "".join(f"\n            {layer}," for layer in layers)
    return f"{lines}\n        " if lines else ""


_MLP = """\
class NeuralNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.flatten = nn.Flatten()
        self.linear_relu_stack = nn.Sequential(LAYERS)

    def forward(self, x):
        x = self.flatten(x)
        logits = self.linear_relu_stack(x)
        return logits
"""

_CNN = """\
class ConvolutionalNetwork(nn.Module):
    def __init__(self):
        super().__init__()
        self.features = nn.Sequential(FEATURES)
        self.classifier = nn.Sequential(CLASSIFIER)

    def forward(self, x):
        return self.classifier(self.features(x))
"""
