"""A plan's dataset, model and optimizer as Python code; only those of these plugins."""

from collections.abc import Iterable, Mapping
from typing import Any

from workbench.api import DatasetInfo, UserError
from workbench.api.options import option_fields
from workbench_keras.optimizer_specs import OPTIMIZERS

Options = Mapping[str, Any]

_DATASETS = {"mnist": ("mnist", "MNIST"), "fashion-mnist": ("fashion_mnist", "FashionMNIST")}
_OPTIMIZERS = {"adam": "Adam", "adamw": "AdamW", "sgd": "SGD", "rmsprop": "RMSprop"}


def dataset_names(options: Options, dataset: DatasetInfo) -> tuple[str, str]:
    """The dataset's module in ``tf.keras.datasets``, and torchvision's folder of it."""
    name = _own("dataset", options, _DATASETS)
    if dataset.shape != (28, 28) or dataset.num_classes != 10:
        raise UserError(f"A script can't be written for the dataset {name} of another plugin.")
    return _DATASETS[name]


def model_code(options: Options, dataset: DatasetInfo) -> str:
    """The assignment of ``model``."""
    layers = _MODELS[_own("model", options, _MODELS)](options, dataset)
    lines = "".join(f"        tf.keras.layers.{layer},\n" for layer in layers)
    return f"model = tf.keras.models.Sequential(\n    [\n{lines}    ]\n)\n"


def optimizer_call(options: Options) -> str:
    """The call that makes the optimizer, with what differs from Keras's own defaults."""
    name = _own("optimizer", options, _OPTIMIZERS)
    declared = next(spec.options for spec in OPTIMIZERS if spec.name == name)
    arguments = ["learning_rate=learning_rate"]
    for item in option_fields(declared):
        value = options.get(item.name, item.default)
        if item.name != "lr" and value != item.default:
            arguments.append(f"{item.name}={value!r}")
    line = f"tf.keras.optimizers.{_OPTIMIZERS[name]}({', '.join(arguments)})"
    return line if len(line) < 80 else line.replace("(", "(\n    ").replace(")", "\n)")


def _own(kind: str, options: Options, known: Iterable[str]) -> str:
    """The name of a part of this plugin, or of FashionMNIST, without its qualification."""
    plugin, _, name = str(options["name"]).rpartition(":")
    if plugin not in ("", "keras", "pytorch") or name not in known:
        raise UserError(
            f'A script can\'t be written with the {kind} "{options["name"]}", which is not '
            f"Keras's own; choose {' or '.join(known)}."
        )
    return name


def _dense(options: Options, dataset: DatasetInfo) -> list[str]:
    hidden = [f'Dense({units}, activation="relu")' for units in options["units"]]
    inputs = [f"Input({dataset.shape})", "Flatten()"]
    return [*inputs, *hidden, *_dropout(options), f"Dense({dataset.num_classes})"]


def _cnn(options: Options, dataset: DatasetInfo) -> list[str]:
    layers = [f"Input({dataset.shape})", f"Reshape({(*dataset.shape, 1)})"]
    for filters in options["filters"]:
        convolution = f'Conv2D({filters}, 3, padding="same", activation="relu")'
        layers += [convolution, "MaxPooling2D(2)"]
    hidden = f'Dense({options["units"]}, activation="relu")'
    last = f"Dense({dataset.num_classes})"
    return [*layers, "Flatten()", *_dropout(options), hidden, last]


def _dropout(options: Options) -> list[str]:
    return [f"Dropout({options['dropout']!r})"] if options["dropout"] else []


_MODELS = {"dense": _dense, "cnn": _cnn}
