"""Copying a dataset from a folder that the person names."""

from pathlib import Path

from workbench.api.errors import UserError
from workbench.api.specs import DatasetSpec, FileSource, IdxSource
from workbench.core.data.folder import StoredData, require_source, store
from workbench.core.data.kept_files import copy_files, move_files
from workbench.core.data.lock import fetch_lock
from workbench.core.data.obtaining import staging_in
from workbench.core.data.progress import OnProgress, Progress, ignore
from workbench.core.data.reading import FoundFiles, WrongFileError, find_files, read_files

STEP = "import"


def import_folder(
    spec: DatasetSpec, folder: Path, data_dir: Path, on_progress: OnProgress = ignore
) -> None:
    """Copy a dataset from a folder into the data folder, verified.

    The folder has the layout of the data folder or of the ``npz`` file, or the files lie directly
    in it. Raises :class:`UserError`.
    """
    source = require_source(spec)
    if not folder.is_dir():
        raise UserError(f"{folder} is not a folder; give the folder that has the files.")
    if isinstance(source, FileSource):
        _import_kept(spec, source, folder, data_dir, on_progress)
        return
    found = find_files(source, folder)
    if not found.is_complete:
        raise UserError(_not_there(spec, source, folder, found))
    on_progress(Progress(STEP, "verifying the files"))
    try:
        contents = read_files(spec, source, found)
    except WrongFileError as error:
        raise UserError(
            f"{error.path} {error.reason}; get a complete copy of it and import again."
        ) from None
    on_progress(Progress(STEP, f"copying into {data_dir}"))
    with fetch_lock(source, data_dir, on_progress):
        store(spec, data_dir, StoredData(contents, f"imported from {folder}"))


def _import_kept(
    spec: DatasetSpec, source: FileSource, folder: Path, data_dir: Path, on_progress: OnProgress
) -> None:
    on_progress(Progress(STEP, f"copying into {data_dir}"))
    try:
        with fetch_lock(source, data_dir, on_progress) as own, staging_in(own) as staging:
            copy_files(source, folder, staging)
            on_progress(Progress(STEP, "verifying the files"))
            move_files(source, staging, data_dir)
    except FileNotFoundError as error:
        raise UserError(
            f"There is no {error.filename}; {spec.name} needs all its files, at their places in "
            "the folder."
        ) from None
    except WrongFileError as error:
        raise UserError(
            f"{error.path.name} of {folder} {error.reason}; get a complete copy of it and import "
            "again."
        ) from None
    except OSError as error:
        raise UserError(
            f"{spec.name} can't be copied into {data_dir} ({error.strerror}); make room, or choose "
            "another folder with --data-dir."
        ) from None


def _not_there(spec: DatasetSpec, source: IdxSource, folder: Path, found: FoundFiles) -> str:
    if found.files:
        return f"{folder} has no {' and no '.join(found.missing)}; {spec.name} needs all its files."
    names = ", ".join(file.filename for file in source.files)
    other = f", or {source.npz}" if source.npz else ""
    return (
        f"{folder} has none of the files of {spec.name}; it must have {names} "
        f"(each may be gzipped){other}."
    )
