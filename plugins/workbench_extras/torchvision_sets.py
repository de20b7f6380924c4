"""torchvision's own datasets, read by its own code: one wrapper for all of them.

A whole plugin in one file: the options, the specs and the loading.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, NamedTuple

from workbench.api import (
    ArraySplit,
    DatasetInfo,
    DatasetSpec,
    Described,
    UserError,
    hookimpl,
    option,
)


@dataclass(frozen=True)
class SetOptions:
    """Options of a set of torchvision's."""

    path: str = option("", help="Folder with the set as torchvision lays it out.", is_path=True)
    download: bool = option(False, help="Let torchvision download what is missing there.")


class Known(NamedTuple):
    """What is known of a set: its class in torchvision, and its form."""

    title: str
    set: str
    arguments: tuple[dict[str, Any], dict[str, Any]]
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    sizes: tuple[int, int]
    attributes: tuple[str, str] = ("data", "targets")
    first_label: int = 0
    is_channels_first: bool = False
    is_transposed: bool = False
    needs: tuple[str, ...] = ()


_BY_TRAIN: tuple[dict[str, Any], dict[str, Any]] = ({"train": True}, {"train": False})
_DIGITS = tuple("0123456789")
_LETTERS = tuple("ABCDEFGHIJKLMNOPQRSTUVWXYZ")
_CIFAR_10 = (
    "airplane", "automobile", "bird", "cat", "deer", "dog", "frog", "horse", "ship", "truck",
)  # fmt: skip
_CIFAR_100 = tuple(
    "apple aquarium_fish baby bear beaver bed bee beetle bicycle bottle bowl boy bridge bus "
    "butterfly camel can castle caterpillar cattle chair chimpanzee clock cloud cockroach couch "
    "crab crocodile cup dinosaur dolphin elephant flatfish forest fox girl hamster house kangaroo "
    "keyboard lamp lawn_mower leopard lion lizard lobster man maple_tree motorcycle mountain mouse "
    "mushroom oak_tree orange orchid otter palm_tree pear pickup_truck pine_tree plain plate poppy "
    "porcupine possum rabbit raccoon ray road rocket rose sea seal shark shrew skunk skyscraper "
    "snail snake spider squirrel streetcar sunflower sweet_pepper table tank telephone television "
    "tiger tractor train trout tulip turtle wardrobe whale willow_tree wolf woman worm".split()
)


def _emnist(split: str) -> tuple[dict[str, Any], dict[str, Any]]:
    return {"split": split, "train": True}, {"split": split, "train": False}


SETS = {
    "cifar10": Known(
        "CIFAR-10", "CIFAR10", _BY_TRAIN, (32, 32, 3), _CIFAR_10, (50000, 10000)
    ),
    "cifar100": Known(
        "CIFAR-100", "CIFAR100", _BY_TRAIN, (32, 32, 3), _CIFAR_100, (50000, 10000)
    ),
    "kmnist": Known(
        "Kuzushiji-MNIST", "KMNIST", _BY_TRAIN, (28, 28), tuple("おきすつなはまやれを"),
        (60000, 10000),
    ),
    "emnist-digits": Known(
        "EMNIST digits", "EMNIST", _emnist("digits"), (28, 28), _DIGITS, (240000, 40000),
        is_transposed=True,
    ),
    "emnist-letters": Known(
        "EMNIST letters", "EMNIST", _emnist("letters"), (28, 28), _LETTERS, (124800, 20800),
        first_label=1, is_transposed=True,
    ),
    "svhn": Known(
        "Street View House Numbers", "SVHN", ({"split": "train"}, {"split": "test"}),
        (32, 32, 3), _DIGITS, (73257, 26032), ("data", "labels"), is_channels_first=True,
        needs=("scipy",),
    ),
}  # fmt: skip


@hookimpl
def workbench_datasets() -> Iterable[DatasetSpec]:
    """CIFAR-10 and CIFAR-100, KMNIST, EMNIST and SVHN."""
    return tuple(
        DatasetSpec(
            name=name,
            title=known.title,
            description=f"{sum(known.sizes):,} images of {len(known.classes)} classes, as "
            f"torchvision's {known.set} reads them from a folder of yours (dataset.path).",
            kind="image",
            shape=known.shape,
            dtype="uint8",
            classes=known.classes,
            sizes=dict(zip(("train", "test"), known.sizes, strict=True)),
            options=SetOptions,
            load=f"workbench_extras.torchvision_sets:load_{name.replace('-', '_')}",
            homepage="https://docs.pytorch.org/vision/stable/datasets.html",
        )
        for name, known in SETS.items()
    )


def load(name: str, options: SetOptions) -> Described:
    """Images as uint8 ``(N, *shape)``, int64 labels ``(N,)``: what is in the folder.

    Raises :class:`UserError` where the set is not there or torchvision finds it damaged.
    """
    known = SETS[name]
    if not options.path:
        raise UserError(f"{known.title} needs a folder: set dataset.path=DIR.")
    splits = {
        split: _split(known, options, arguments)
        for split, arguments in zip(("train", "test"), known.arguments, strict=True)
    }
    sizes = {split: len(items) for split, items in splits.items()}
    return Described(DatasetInfo(name, "image", known.shape, "uint8", known.classes, sizes), splits)


def _split(known: Known, options: SetOptions, arguments: dict[str, Any]) -> ArraySplit:
    import importlib.util

    import numpy as np

    for module in ("torchvision", *known.needs):
        if importlib.util.find_spec(module) is None:
            raise UserError(f"{known.title} needs {module}; install it with: pip install {module}")
    from torchvision import datasets

    make = getattr(datasets, known.set)
    try:
        read = make(options.path, download=options.download, **arguments)
    except Exception as error:  # each set has errors of its own
        told = " ".join(str(error).split()) or type(error).__name__
        hint = "" if options.download else "; set dataset.download=true to let torchvision fetch it"
        raise UserError(
            f"{known.title} can't be read from {options.path}: {told.rstrip('.')}{hint}."
        ) from error
    inputs, labels = (np.asarray(getattr(read, name)) for name in known.attributes)
    if known.is_channels_first:
        inputs = inputs.transpose(0, 2, 3, 1)
    if known.is_transposed:  # EMNIST's files have rows and columns the other way round
        inputs = inputs.transpose(0, 2, 1)
    return ArraySplit(
        np.ascontiguousarray(inputs, np.uint8), labels.astype(np.int64) - known.first_label
    )


def load_cifar10(options: SetOptions) -> Described:
    """CIFAR-10."""
    return load("cifar10", options)


def load_cifar100(options: SetOptions) -> Described:
    """CIFAR-100."""
    return load("cifar100", options)


def load_kmnist(options: SetOptions) -> Described:
    """Kuzushiji-MNIST."""
    return load("kmnist", options)


def load_emnist_digits(options: SetOptions) -> Described:
    """The digits of EMNIST."""
    return load("emnist-digits", options)


def load_emnist_letters(options: SetOptions) -> Described:
    """The letters of EMNIST, both cases as one class."""
    return load("emnist-letters", options)


def load_svhn(options: SetOptions) -> Described:
    """House numbers in photographs."""
    return load("svhn", options)
