"""The data folder: what it holds of a dataset, and putting verified files there."""

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.api.errors import UserError
from workbench.api.options import option_fields
from workbench.api.specs import DatasetSpec, FileSource, IdxSource
from workbench.core.data.kept_files import missing_files
from workbench.core.data.manifest import is_unchanged, read_manifest, write_manifest
from workbench.core.data.progress import OnProgress, Progress, ignore
from workbench.core.data.reading import (
    Contents,
    FoundFiles,
    WrongFileError,
    find_files,
    read_files,
    read_whole,
)
from workbench.core.data.stamp import clear_stamp
from workbench.core.files import write_atomic

STEP = "data folder"
MADE = "made by its plugin"
OWN = "your own files"
State = Literal["full", "unverified", "sample", "missing", "made", "own"]


@dataclass(frozen=True)
class DataStatus:
    """What a run would train on now.

    ``full``: the verified dataset; ``unverified``: its files lie there and are verified by
    the first load; ``sample``: only the embedded sample; ``missing``: nothing; ``made``: the
    plugin makes or keeps it; ``own``: a person's own files, which its options name. ``source``
    says where the data came from.
    """

    state: State
    source: str


@dataclass(frozen=True)
class StoredData:
    """A dataset's content, and where it came from; no content of what its plugin reads."""

    contents: Contents
    source: str


def is_own(spec: DatasetSpec) -> bool:
    """Whether it is nothing before an option names a person's file or folder."""
    return any(item.is_path and item.default == "" for item in option_fields(spec.options))


def has_checksums(spec: DatasetSpec) -> bool:
    """Whether each of its files can be told from a wrong one."""
    source = spec.source
    return not isinstance(source, FileSource) or all(file.md5 for file in source.files)


def require_source(spec: DatasetSpec) -> IdxSource | FileSource:
    """The dataset's files. Raises :class:`UserError` for one that its plugin makes."""
    if is_own(spec):
        raise UserError(f"{spec.name} is your own files; say where they are: dataset.path=PATH.")
    if spec.source is None:
        raise UserError(f"{spec.name} is made by its plugin; there are no files to obtain.")
    return spec.source


def raw_folder(source: IdxSource, data_dir: Path) -> Path:
    """Where the workbench keeps a dataset's unpacked files: torchvision's place."""
    return data_dir / source.folder / "raw"


def status(spec: DatasetSpec, data_dir: Path) -> DataStatus:
    """What the data folder holds of a dataset; reads no data."""
    if is_own(spec):
        return DataStatus("own", OWN)
    if spec.source is None:
        return DataStatus("made", MADE)
    if isinstance(spec.source, FileSource):
        is_there = not missing_files(spec.source, data_dir)
        return DataStatus("full", STEP) if is_there else DataStatus("missing", "")
    found = find_files(spec.source, data_dir)
    place = _folder_of(found)
    manifest = read_manifest(place) if place else None
    if place and manifest and found.is_unpacked and is_unchanged(manifest, place, spec.source):
        return DataStatus("full", manifest.source)
    if found.is_complete:
        return DataStatus("unverified", STEP)
    if spec.source.sample is not None:
        return DataStatus("sample", "embedded sample")
    return DataStatus("missing", "")


def read_stored(
    spec: DatasetSpec, data_dir: Path, on_progress: OnProgress = ignore
) -> StoredData | None:
    """The dataset from the data folder, verified; ``None`` where it isn't there, or not whole.

    Files that were verified before and haven't changed are only read. Raises
    :class:`UserError` for a file that is wrong.
    """
    source = require_source(spec)
    if isinstance(source, FileSource):
        return None if missing_files(source, data_dir) else StoredData({}, STEP)
    found = find_files(source, data_dir)
    if not found.is_complete:
        return None
    try:
        return _read_found(spec, source, data_dir, found, on_progress)
    except WrongFileError as error:
        raise UserError(
            f"{error.path} {error.reason}; move it away, or get the right one "
            f"with `workbench data fetch {spec.name}`."
        ) from None


def _read_found(
    spec: DatasetSpec,
    source: IdxSource,
    data_dir: Path,
    found: FoundFiles,
    on_progress: OnProgress,
) -> StoredData:
    place = _folder_of(found)
    manifest = read_manifest(place) if place else None
    if place and manifest and found.is_unpacked and is_unchanged(manifest, place, source):
        with contextlib.suppress(OSError):
            whole = {name: read_whole(path) for name, path in found.files.items()}
            return StoredData(whole, manifest.source)
    on_progress(Progress(STEP, "verifying the files"))
    contents = read_files(spec, source, found)
    # A folder that can't be written to is verified at each load instead.
    with contextlib.suppress(OSError):
        if place and found.is_unpacked:
            write_manifest(place, source, STEP)
        else:
            _write(source, data_dir, StoredData(contents, STEP))
    return StoredData(contents, STEP)


def _folder_of(found: FoundFiles) -> Path | None:
    return next(iter(found.files.values())).parent if found.files else None


def store(spec: DatasetSpec, data_dir: Path, data: StoredData) -> None:
    """Put verified content into the data folder. Raises :class:`UserError`."""
    source = require_source(spec)
    try:
        if isinstance(source, IdxSource):
            _write(source, data_dir, data)
    except OSError as error:
        raise UserError(
            f"{spec.name} can't be written to {data_dir} ({error.strerror}); "
            "make room, or choose another folder with --data-dir."
        ) from None
    clear_stamp(data_dir / source.folder)


def _write(source: IdxSource, data_dir: Path, data: StoredData) -> None:
    raw = raw_folder(source, data_dir)
    raw.mkdir(parents=True, exist_ok=True)
    for file in source.files:
        path = raw / file.filename
        write_atomic(path, data.contents[file.filename])
        path.chmod(0o644)  # others on the machine may share the folder
    write_manifest(raw, source, data.source)
