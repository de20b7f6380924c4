"""torchvision's own datasets, read by its own code: one wrapper for all of them.

A whole plugin in one file: the specs, the files, the downloads and the loading.
"""

from collections.abc import Iterable
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from workbench.api import (
    ArraySplit,
    DatasetInfo,
    DatasetSpec,
    Described,
    FileSource,
    KeptFile,
    UserError,
    hookimpl,
)


class Known(NamedTuple):
    """What is known of a set: its class in torchvision, its form, and its files by MD5.

    torchvision lays the files out in ``folder``; of an archive it knows the MD5, not of what
    was in it.
    """

    title: str
    set: str
    folder: str
    files: dict[str, str]
    arguments: tuple[dict[str, Any], dict[str, Any]]
    shape: tuple[int, ...]
    classes: tuple[str, ...]
    sizes: tuple[int, int]
    attributes: tuple[str, str] = ("data", "targets")
    first_label: int = 0
    is_channels_first: bool = False
    is_transposed: bool = False
    needs: tuple[str, ...] = ()
    root: str = ""


_BY_TRAIN: tuple[dict[str, Any], dict[str, Any]] = ({"train": True}, {"train": False})
_CIFAR_10_FILES = {
    "data_batch_1": "c99cafc152244af753f735de768cd75f",
    "data_batch_2": "d4bba439e000b95fd0a9bffe97cbabec",
    "data_batch_3": "54ebc095f3ab1f0389bbae665268c751",
    "data_batch_4": "634d18415352ddfa80567beed471001a",
    "data_batch_5": "482c414d41f54cd18b22e5b47cb7c3cb",
    "test_batch": "40351d587109b95175f43aff81a1287e",
    "batches.meta": "5ff9c542aee3614f3951f8cda6e48888",
}
_CIFAR_100_FILES = {
    "train": "16019d7e3df5f24257cddd939b257f8d",
    "test": "f0ef6b0ae62326f3e7ffdfab6717acfc",
    "meta": "7973b15100ade9c7d40fb424638fde48",
}
_SVHN_FILES = {
    "train_32x32.mat": "e26dedcc434d2e4c54c9b2d4a06d8373",
    "test_32x32.mat": "eb5a983be6a315427106f1b164d9cef3",
}
_KMNIST_FILES = {
    f"raw/{split}-{part}-ubyte": ""
    for split in ("train", "t10k")
    for part in ("images-idx3", "labels-idx1")
}
# One archive has both kinds, so that one download serves both.
_EMNIST_FILES = {
    f"raw/emnist-{kind}-{split}-{part}-ubyte": ""
    for kind in ("digits", "letters")
    for split in ("train", "test")
    for part in ("images-idx3", "labels-idx1")
}
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
        "CIFAR-10", "CIFAR10", "cifar-10-batches-py", _CIFAR_10_FILES, _BY_TRAIN,
        (32, 32, 3), _CIFAR_10, (50000, 10000),
    ),
    "cifar100": Known(
        "CIFAR-100", "CIFAR100", "cifar-100-python", _CIFAR_100_FILES, _BY_TRAIN,
        (32, 32, 3), _CIFAR_100, (50000, 10000),
    ),
    "kmnist": Known(
        "Kuzushiji-MNIST", "KMNIST", "KMNIST", _KMNIST_FILES, _BY_TRAIN,
        (28, 28), tuple("おきすつなはまやれを"), (60000, 10000),
    ),
    "emnist-digits": Known(
        "EMNIST digits", "EMNIST", "EMNIST", _EMNIST_FILES, _emnist("digits"),
        (28, 28), _DIGITS, (240000, 40000), is_transposed=True,
    ),
    "emnist-letters": Known(
        "EMNIST letters", "EMNIST", "EMNIST", _EMNIST_FILES, _emnist("letters"),
        (28, 28), _LETTERS, (124800, 20800), first_label=1, is_transposed=True,
    ),
    "svhn": Known(
        "Street View House Numbers", "SVHN", "SVHN", _SVHN_FILES,
        ({"split": "train"}, {"split": "test"}), (32, 32, 3), _DIGITS, (73257, 26032),
        ("data", "labels"), is_channels_first=True, needs=("scipy",), root="SVHN",
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
            f"torchvision's {known.set} reads them.",
            kind="image",
            shape=known.shape,
            dtype="uint8",
            classes=known.classes,
            sizes=dict(zip(("train", "test"), known.sizes, strict=True)),
            source=FileSource(
                folder=known.folder,
                files=tuple(
                    KeptFile(path=f"{known.folder}/{path}", md5=md5)
                    for path, md5 in known.files.items()
                ),
                download=f"workbench_extras.torchvision_sets:download_{known.set.lower()}",
            ),
            load=partial(load, name),
            homepage="https://docs.pytorch.org/vision/stable/datasets.html",
        )
        for name, known in SETS.items()
    )


def load(name: str, _options: Any, folder: str) -> Described:
    """Images as uint8 ``(N, *shape)``, int64 labels ``(N,)``: what is in the data folder.

    Raises :class:`UserError` where torchvision finds it damaged.
    """
    known = SETS[name]
    splits = {
        split: _split(name, known, Path(folder), arguments)
        for split, arguments in zip(("train", "test"), known.arguments, strict=True)
    }
    sizes = {split: len(items) for split, items in splits.items()}
    return Described(DatasetInfo(name, "image", known.shape, "uint8", known.classes, sizes), splits)


def _split(name: str, known: Known, folder: Path, arguments: dict[str, Any]) -> ArraySplit:
    import numpy as np

    make = _maker(known)
    try:
        read = make(folder / known.root, **arguments)
    except Exception as error:  # each set has errors of its own
        told = " ".join(str(error).split()) or type(error).__name__
        raise UserError(
            f"{known.title} can't be read from {folder / known.folder}: {told.rstrip('.')}; remove "
            f"it there and get it anew with `workbench data fetch {name}`."
        ) from error
    inputs, labels = (np.asarray(getattr(read, part)) for part in known.attributes)
    if known.is_channels_first:
        inputs = inputs.transpose(0, 2, 3, 1)
    if known.is_transposed:  # EMNIST's files have rows and columns the other way round
        inputs = inputs.transpose(0, 2, 1)
    return ArraySplit(
        np.ascontiguousarray(inputs, np.uint8), labels.astype(np.int64) - known.first_label
    )


def _maker(known: Known) -> Any:
    import importlib.util

    for module in ("torchvision", *known.needs):
        if importlib.util.find_spec(module) is None:
            raise UserError(f"{known.title} needs {module}; install it with: pip install {module}")
    from torchvision import datasets

    return getattr(datasets, known.set)


def _download(name: str, folder: str) -> None:
    """Let torchvision bring a set into a folder; it checks what it gets by MD5."""
    known = SETS[name]
    make = _maker(known)
    for arguments in known.arguments:
        make(Path(folder, known.root), download=True, **arguments)


def download_cifar10(folder: str) -> None:
    """CIFAR-10."""
    _download("cifar10", folder)


def download_cifar100(folder: str) -> None:
    """CIFAR-100."""
    _download("cifar100", folder)


def download_kmnist(folder: str) -> None:
    """Kuzushiji-MNIST."""
    _download("kmnist", folder)


def download_emnist(folder: str) -> None:
    """All of EMNIST."""
    _download("emnist-digits", folder)


def download_svhn(folder: str) -> None:
    """House numbers in photographs, without the extra ones."""
    _download("svhn", folder)
