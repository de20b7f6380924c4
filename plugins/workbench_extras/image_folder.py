"""Your own pictures as a dataset: a folder with a subfolder for each class.

A whole plugin in one file: the options, the spec and the loading.
"""

import contextlib
import hashlib
import os
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any, NamedTuple

from workbench.api import (
    ArraySplit,
    DatasetInfo,
    DatasetSpec,
    Described,
    Split,
    UserError,
    hookimpl,
    option,
)

NAME = "image-folder"
SUFFIXES = (".bmp", ".jpeg", ".jpg", ".pgm", ".png", ".ppm", ".tif", ".tiff", ".webp")
_TEST_FOLDERS = ("test", "val", "valid", "validation")
_NAMED = 5
_DECODING = 2
"""Part of the cache's names: raised when files are decoded otherwise than before."""


@dataclass(frozen=True)
class ImageFolderOptions:
    """Options of a folder of images."""

    path: str = option(
        "", help="The folder; in it one folder a class, or train and test.", is_path=True
    )
    size: int = option(64, help="Pixels of a side of the square that each is brought to.", ge=8)
    fit: str = option(
        "crop",
        help="How a picture becomes a square: its middle, or all of it out of shape.",
        choices=("crop", "stretch"),
    )
    color: bool = option(True, help="Three channels; false for grey.")
    test_share: float = option(
        0.2, help="Share of each class that is tested on, without a test folder.", gt=0, lt=1
    )
    split_seed: int = option(0, help="Seed of that choice.", ge=0)
    binary: bool = option(False, help="Two classes as one logit, for the loss bce.")
    augment: tuple[str, ...] = option(
        (),
        help="Random changes in training, in this order; with PyTorch only.",
        choices=("flip", "crop", "rotate", "color", "trivial"),
    )


class Picture(NamedTuple):
    """A file and the index of its class."""

    path: Path
    label: int


@hookimpl
def workbench_datasets() -> Iterable[DatasetSpec]:
    """The folder of images."""
    return (
        DatasetSpec(
            name=NAME,
            title="Folder of images",
            description="Your own pictures: a folder (dataset.path) with a subfolder a class.",
            kind="image",
            options=ImageFolderOptions,
            describe=describe,
            load="workbench_extras.image_folder:load",
        ),
    )


def describe(options: ImageFolderOptions) -> DatasetInfo:
    """What the options say; the classes and sizes are in the folder."""
    side = options.size
    shape = (side, side, 3) if options.color else (side, side)
    task = "binary" if options.binary else "multiclass"
    return DatasetInfo(NAME, "image", shape, "uint8", (), {}, task)


def load(options: ImageFolderOptions) -> Described:
    """Images as uint8 ``(N, size, size, 3)``, grey ones ``(N, size, size)``; int64 labels.

    Raises :class:`UserError` for a folder without images, or with files that are none.
    """
    root = _root(options)
    classes, parts = _find(root, options)
    parts["train"] = _mixed(parts["train"], options.split_seed)
    if options.binary and len(classes) != 2:
        raise UserError(
            f"{root} has {len(classes)} classes, so it isn't binary; set dataset.binary=false."
        )
    splits: dict[str, Split] = {
        name: _read(root, pictures, options) for name, pictures in parts.items()
    }
    known = describe(options)
    sizes = {name: len(split) for name, split in splits.items()}
    info = DatasetInfo(NAME, "image", known.shape, "uint8", classes, sizes, known.task)
    return Described(info, splits, augment=_augment(options))


def _root(options: ImageFolderOptions) -> Path:
    if not options.path:
        raise UserError("The dataset image-folder needs a folder: set dataset.path=DIR.")
    root = Path(options.path).expanduser().absolute()
    if not root.is_dir():
        raise UserError(f"There is no folder {root}; set dataset.path to one that is there.")
    return root


def _find(
    root: Path, options: ImageFolderOptions
) -> tuple[tuple[str, ...], dict[str, list[Picture]]]:
    """The classes, and the pictures of each split."""
    test = next((root / name for name in _TEST_FOLDERS if (root / name).is_dir()), None)
    if (root / "train").is_dir() and test is not None:
        classes = _classes(root / "train")
        strange = sorted(set(_folders(test)) - set(classes))
        if strange:
            raise UserError(f"{test} has a class {strange[0]} that {root / 'train'} has not.")
        return classes, {
            "train": _pictures(root / "train", classes),
            "test": _pictures(test, classes),
        }
    classes = _classes(root)
    return classes, _split(_pictures(root, classes), options)


def _folders(folder: Path) -> list[str]:
    with os.scandir(folder) as entries:
        names = [item.name for item in entries if item.is_dir() and not item.name.startswith(".")]
    return sorted(names)


def _classes(folder: Path) -> tuple[str, ...]:
    names = _folders(folder)
    if len(names) < 2:
        raise UserError(
            f"{folder} has {len(names)} subfolders, and it needs one for each of at least two "
            "classes, with that class's images in it."
        )
    for name in names:
        if name != _utf8(name):
            raise UserError(
                f"{folder} has a folder whose name is not UTF-8, {_utf8(name)}; rename it."
            )
    return tuple(names)


def _utf8(name: str) -> str:
    """The name as it can be printed and kept, whatever bytes the disk has."""
    return name.encode(errors="backslashreplace").decode()


def _pictures(folder: Path, classes: Sequence[str]) -> list[Picture]:
    """All images by class and path, also those in folders within a class's folder."""
    found = []
    for label, name in enumerate(classes):
        paths = sorted(_images(folder / name))
        if not paths:
            raise UserError(f"{folder / name} has no images; put some there or remove it.")
        found += [Picture(path, label) for path in paths]
    return found


def _images(folder: Path) -> Iterator[Path]:
    """In no order; what is hidden, such as Jupyter's copies in .ipynb_checkpoints, is none."""
    for place, folders, files in os.walk(folder, followlinks=True):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in files:
            if name.lower().endswith(SUFFIXES) and not name.startswith("."):
                yield Path(place, name)


def _split(pictures: list[Picture], options: ImageFolderOptions) -> dict[str, list[Picture]]:
    """A share of each class to test on, and at least one picture; the same for a seed."""
    import numpy as np

    train: list[Picture] = []
    test: list[Picture] = []
    for label in range(pictures[-1].label + 1):
        own = [item for item in pictures if item.label == label]
        if len(own) < 2:
            raise UserError(f"{own[0].path.parent} has one image, and a class needs at least two.")
        count = min(len(own) - 1, max(1, round(len(own) * options.test_share)))
        drawn = np.random.default_rng((options.split_seed, label)).permutation(len(own))
        chosen = set(drawn[:count].tolist())
        for place, item in enumerate(own):
            (test if place in chosen else train).append(item)
    return {"train": train, "test": test}


def _mixed(pictures: list[Picture], seed: int) -> list[Picture]:
    """In an order of the seed, since class after class would be learned and forgotten."""
    import numpy as np

    return [pictures[place] for place in np.random.default_rng(seed).permutation(len(pictures))]


def _read(root: Path, pictures: list[Picture], options: ImageFolderOptions) -> ArraySplit:
    """The decoded pictures, from the cache if these files were decoded before."""
    import numpy as np

    labels = np.array([item.label for item in pictures], np.int64)
    cached = _cache_file(root, pictures, options)
    if cached.is_file():
        try:
            return ArraySplit(np.load(cached, mmap_mode="c", allow_pickle=False), labels)
        except (OSError, ValueError, EOFError):  # cut short: decoded again
            pass
    images = _decode(root, [item.path for item in pictures], options)
    _keep(cached, images)
    return ArraySplit(images, labels)


def _decode(root: Path, paths: list[Path], options: ImageFolderOptions) -> Any:
    import numpy as np

    images = np.empty((len(paths), *describe(options).shape), np.uint8)
    problems: dict[int, str] = {}

    def one(place: int) -> None:
        try:
            images[place] = _open(paths[place], options)
        except Exception as error:  # Pillow raises many kinds for a file that is no image
            problems[place] = str(error) or type(error).__name__

    with ThreadPoolExecutor(min(8, os.cpu_count() or 1)) as pool:  # Pillow decodes unlocked
        list(pool.map(one, range(len(paths))))
    if problems:
        named = [_utf8(str(paths[place].relative_to(root))) for place in sorted(problems)]
        more = f" and {len(named) - _NAMED} more" if len(named) > _NAMED else ""
        raise UserError(
            f"{len(named)} of {len(paths)} images in {root} can't be read: "
            f"{', '.join(named[:_NAMED])}{more}; mend or remove them."
        )
    return images


def _open(path: Path, options: ImageFolderOptions) -> Any:
    """One picture as uint8, upright and brought to the square."""
    import numpy as np
    from PIL import Image, ImageOps

    side = (options.size, options.size)
    with Image.open(path) as opened:
        picture = _eight_bits(ImageOps.exif_transpose(opened))
    picture = picture.convert("RGB" if options.color else "L")
    if options.fit == "crop":
        picture = ImageOps.fit(picture, side, Image.Resampling.BILINEAR)
    else:
        picture = picture.resize(side, Image.Resampling.BILINEAR)
    return np.asarray(picture)


def _eight_bits(picture: Any) -> Any:
    """The upper half of 16 bits, which Pillow's own conversion would cut off at 255."""
    if picture.mode == "F":
        raise ValueError("floating-point numbers have no brightness from 0 to 255")
    if not picture.mode.startswith("I"):
        return picture
    return picture.convert("I").point(lambda value: value * (1 / 256)).convert("L")


def _cache_file(root: Path, pictures: list[Picture], options: ImageFolderOptions) -> Path:
    """Named after all that the decoded pictures depend on."""
    import platformdirs

    form = (_DECODING, options.size, options.fit, options.color)
    digest = hashlib.sha256(repr(form).encode())
    for path, _ in pictures:
        with contextlib.suppress(OSError):  # decoding says which can't be read
            stat = path.stat()
            told = f"{path}\0{stat.st_size}\0{stat.st_mtime_ns}\n"
            digest.update(told.encode(errors="replace"))
    folder = hashlib.sha256(str(root).encode(errors="replace")).hexdigest()[:16]
    cache = Path(platformdirs.user_cache_path("workbench"))
    return cache / NAME / folder / f"{digest.hexdigest()[:32]}.npy"


def _keep(path: Path, images: Any) -> None:
    """Written beside and renamed; a cache that can't be written is none."""
    import numpy as np

    staged = path.with_name(f".{os.getpid()}-{path.name}")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        with staged.open("wb") as file:
            np.save(file, images, allow_pickle=False)
        staged.replace(path)
    except OSError:
        with contextlib.suppress(OSError):
            staged.unlink()


def _augment(options: ImageFolderOptions) -> Mapping[str, Callable[[], Any]]:
    return {"pytorch": lambda: _transforms(options)} if options.augment else {}


def _transforms(options: ImageFolderOptions) -> Any:
    """torchvision's, for one image ``(channels, size, size)`` in float32 from 0 to 1."""
    from torchvision.transforms import v2

    side = options.size
    known = {
        "flip": lambda: v2.RandomHorizontalFlip(),
        "crop": lambda: v2.RandomResizedCrop(side, scale=(0.6, 1.0), antialias=True),
        "rotate": lambda: v2.RandomRotation(15),
        "color": lambda: v2.ColorJitter(0.3, 0.3, 0.3),
        "trivial": lambda: v2.TrivialAugmentWide(),
    }
    return v2.Compose([known[name]() for name in options.augment])
