"""Finding a dataset's files in a folder, reading and verifying them."""

import errno
import hashlib
import math
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from workbench.api.specs import DatasetSpec, IdxFile, IdxSource
from workbench.core.data import idx
from workbench.core.data.npz import read_npz

Contents = Mapping[str, bytes | bytearray]
"""The unpacked content of each file, by file name."""


class WrongFileError(Exception):
    """A file is there and is not what it should be; ``reason`` goes on after its path."""

    def __init__(self, path: Path, reason: str) -> None:
        super().__init__(f"{path} {reason}")
        self.path = path
        self.reason = reason


@dataclass(frozen=True)
class FoundFiles:
    """What a folder holds of a dataset: IDX files by name, or Keras's file."""

    files: Mapping[str, Path]
    npz: Path | None = None
    missing: tuple[str, ...] = ()

    @property
    def is_complete(self) -> bool:
        """Whether the whole dataset is there."""
        return self.npz is not None or not self.missing

    @property
    def is_unpacked(self) -> bool:
        """Whether all files are IDX files that needn't be unpacked."""
        return self.is_complete and all(path.name == name for name, path in self.files.items())


def find_files(source: IdxSource, folder: Path) -> FoundFiles:
    """Look for a dataset in torchvision's layout, directly in the folder, and in Keras's file.

    Among several places a complete one goes first.
    """
    own = folder / source.folder
    places = [_find_in(source, place) for place in (own / "raw", own, folder / "raw", folder)]
    for found in places:
        if found.is_complete:
            return found
    if source.npz is not None:
        for place in (own, folder, folder / "datasets"):
            if (place / source.npz).is_file():
                return FoundFiles({}, place / source.npz)
    return max(places, key=lambda found: len(found.files))


def _find_in(source: IdxSource, place: Path) -> FoundFiles:
    files: dict[str, Path] = {}
    for file in source.files:
        for path in (place / file.filename, place / f"{file.filename}.gz"):
            if path.is_file():
                files[file.filename] = path
                break
    missing = tuple(file.filename for file in source.files if file.filename not in files)
    return FoundFiles(files, missing=missing)


def read_files(spec: DatasetSpec, source: IdxSource, found: FoundFiles) -> Mapping[str, bytes]:
    """Read and verify a complete dataset. Raises :class:`WrongFileError`."""
    if found.npz is not None:
        contents = _read_npz(spec, source, found.npz)
        paths = dict.fromkeys(contents, found.npz)
    else:
        paths = dict(found.files)
        contents = {
            file.filename: read_file(spec, file, paths[file.filename]) for file in source.files
        }
    for file in source.files:
        _verify(spec, file, contents[file.filename], paths[file.filename])
    return contents


def read_file(spec: DatasetSpec, file: IdxFile, path: Path) -> bytes:
    """A file's content, unpacked. Raises :class:`WrongFileError`."""
    shape = item_shape(spec, file)
    try:
        content = path.read_bytes()
    except OSError as error:
        raise WrongFileError(path, f"can't be read ({error.strerror})") from None
    try:
        # A little more than it must be, so that a file that is too long is told from a bomb.
        expected = idx.header_size(shape) + file.count * math.prod(shape)
        return idx.unpack(content, 2 * expected + 4096)
    except idx.IdxError as error:
        raise WrongFileError(path, str(error)) from None


def read_whole(path: Path) -> bytearray:
    """A file's content that can be written to, which arrays want, without a copy.

    Raises :class:`OSError`, also for a file that was cut short meanwhile.
    """
    content = bytearray(path.stat().st_size)
    with path.open("rb") as file:
        if file.readinto(content) < len(content):
            raise OSError(errno.EIO, "cut short meanwhile")
    return content


def item_shape(spec: DatasetSpec, file: IdxFile) -> tuple[int, ...]:
    """The shape of an item in a file: that of an input, or ``()`` for a label."""
    return spec.shape if file.part == "images" else ()


def _verify(spec: DatasetSpec, file: IdxFile, content: bytes, path: Path) -> None:
    try:
        idx.check(content, item_shape(spec, file), file.count)
        if file.part == "labels":
            idx.check_labels(content, len(spec.classes))
    except idx.IdxError as error:
        raise WrongFileError(path, str(error)) from None
    found = hashlib.sha256(content).hexdigest()
    if found != file.sha256:
        raise WrongFileError(
            path,
            f"is not the file of {spec.name} (its unpacked SHA-256 begins with {found[:12]}, "
            f"not {file.sha256[:12]})",
        )


def _read_npz(spec: DatasetSpec, source: IdxSource, path: Path) -> Mapping[str, bytes]:
    try:
        arrays = read_npz(path)
        return {
            file.filename: arrays.as_idx(file.split, file.part, item_shape(spec, file))
            for file in source.files
        }
    except idx.IdxError as error:
        raise WrongFileError(path, str(error)) from None
