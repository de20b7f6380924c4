"""What was verified, so that the next load needn't: sizes and times beside the files."""

from pathlib import Path

import msgspec

from workbench.api.specs import IdxFile, IdxSource
from workbench.core.files import write_atomic

FILE_NAME = ".workbench-verified.json"


class VerifiedFile(msgspec.Struct, frozen=True):
    """A file as it was when its SHA-256 was right."""

    size_bytes: int
    mtime_ns: int
    sha256: str


class Manifest(msgspec.Struct, frozen=True):
    """The verified files of a folder by name, and where they came from."""

    source: str
    files: dict[str, VerifiedFile]


def read_manifest(folder: Path) -> Manifest | None:
    """The folder's manifest, or ``None`` where there is none that can be read."""
    try:
        return msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=Manifest)
    except (OSError, msgspec.MsgspecError):
        return None


def write_manifest(folder: Path, source: IdxSource, came_from: str) -> None:
    """Note that the unpacked files in this folder are right. Raises ``OSError``."""
    files = {file.filename: _as_it_is(folder / file.filename, file) for file in source.files}
    write_atomic(folder / FILE_NAME, msgspec.json.encode(Manifest(came_from, files)))


def is_unchanged(manifest: Manifest, folder: Path, source: IdxSource) -> bool:
    """Whether each file of a dataset lies there as it was when it was verified."""
    try:
        return all(
            manifest.files.get(file.filename) == _as_it_is(folder / file.filename, file)
            for file in source.files
        )
    except OSError:
        return False


def _as_it_is(path: Path, file: IdxFile) -> VerifiedFile:
    found = path.stat()
    return VerifiedFile(found.st_size, found.st_mtime_ns, file.sha256)
