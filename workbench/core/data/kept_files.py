"""Files of a dataset that its own plugin reads: whether they are there, and putting them there."""

import hashlib
import shutil
from pathlib import Path

from workbench.api.specs import FileSource, KeptFile
from workbench.core.data.reading import WrongFileError


def missing_files(source: FileSource, data_dir: Path) -> list[str]:
    """The paths of the files that the data folder hasn't."""
    return [file.path for file in source.files if not (data_dir / file.path).is_file()]


def verify_files(source: FileSource, folder: Path) -> None:
    """Read the files whose MD5 is known. Raises :class:`WrongFileError`, ``OSError``."""
    for file in source.files:
        _verify(file, folder / file.path)


def move_files(source: FileSource, folder: Path, data_dir: Path) -> None:
    """Move verified files from a folder on the same disk into the data folder.

    Raises :class:`WrongFileError`, ``OSError``.
    """
    verify_files(source, folder)
    for file in source.files:
        target = data_dir / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        (folder / file.path).replace(target)


def copy_files(source: FileSource, folder: Path, staging: Path) -> None:
    """Copy a dataset into an empty folder, at the files' paths.

    In the folder that has them they lie at their paths, or in it directly below its name.
    Raises :class:`FileNotFoundError` for the first one that isn't there, ``OSError``.
    """
    for file in source.files:
        target = staging / file.path
        target.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(_find(file, folder), target)


def _find(file: KeptFile, folder: Path) -> Path:
    parts = Path(file.path).parts
    places = [folder.joinpath(*parts[start:]) for start in range(len(parts))]
    return next((place for place in places if place.is_file()), places[0])


def _verify(file: KeptFile, path: Path) -> None:
    if not file.md5:
        return
    with path.open("rb") as content:
        found = hashlib.file_digest(content, lambda: hashlib.md5(usedforsecurity=False)).hexdigest()
    if found != file.md5:
        raise WrongFileError(
            path, f"is not the right file (its MD5 begins with {found[:12]}, not {file.md5[:12]})"
        )
