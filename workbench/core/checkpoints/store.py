"""Saving, listing and verifying the checkpoints of a run."""

import functools
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import msgspec

from workbench.api.errors import UserError
from workbench.api.options import unknown_name
from workbench.core.checkpoints.manifest import FORMAT, FileEntry, Manifest
from workbench.core.files import sync_folder
from workbench.core.hosts.calls import done_there
from workbench.core.runs.folder import RunFolder

MANIFEST = "manifest.json"
STAGING = ".staging-"
"""What begins the name of a folder that is no checkpoint, or none any more."""
HALF = f"{STAGING}new-"
REPLACED = f"{STAGING}old-"
_CHUNK_BYTES = 2**20
OnRead = Callable[[int], None]
"""Called with each number of bytes that was read; what it raises ends the reading."""


class _Stored(Manifest, frozen=True, kw_only=True):
    """A manifest whose plan is still text."""

    plan: msgspec.Raw  # type: ignore[assignment]


_decoder = msgspec.json.Decoder(_Stored)


@dataclass(frozen=True)
class Checkpoint:
    """A complete checkpoint."""

    path: Path
    manifest: Manifest

    @property
    def name(self) -> str:
        """Its folder's name, such as ``step-00004690``."""
        return self.path.name


def save_checkpoint(
    run: RunFolder, manifest: Manifest, write: Callable[[Path], None]
) -> Checkpoint:
    """Save a checkpoint: ``write(folder)`` fills a staging folder, which is then renamed.

    Whatever fails leaves the earlier checkpoints untouched and nothing half-made in the
    list. An earlier checkpoint of the same name is kept until the new one is complete.
    Raises whatever ``write`` raises, and ``OSError``.
    """
    run.checkpoints.mkdir(exist_ok=True)
    staged = run.checkpoints / f"{HALF}{manifest.name}"
    target = run.checkpoints / manifest.name
    aside = run.checkpoints / f"{REPLACED}{manifest.name}"
    shutil.rmtree(staged, ignore_errors=True)
    staged.mkdir()
    try:
        write(staged)
        files = {
            str(path.relative_to(staged)): _entry(path)
            for path in sorted(staged.rglob("*"))
            if path.is_file()
        }
        complete = msgspec.structs.replace(manifest, files=files)
        (staged / MANIFEST).write_bytes(msgspec.json.format(msgspec.json.encode(complete)))
        _sync_tree(staged)
        _put_in_place(staged, target, aside)
    except BaseException:
        shutil.rmtree(staged, ignore_errors=True)
        raise
    sync_folder(run.checkpoints)
    shutil.rmtree(aside, ignore_errors=True)
    return Checkpoint(target, complete)


def _put_in_place(staged: Path, target: Path, aside: Path) -> None:
    """Rename a folder; one that has the name is moved aside, and back if that fails."""
    if not target.exists():
        staged.replace(target)
        return
    target.replace(aside)
    try:
        staged.replace(target)
    except BaseException:
        aside.replace(target)
        raise


def _entry(path: Path, on_read: OnRead = lambda _: None) -> FileEntry:
    digest, size = hashlib.sha256(), 0
    buffer = memoryview(bytearray(_CHUNK_BYTES))
    with path.open("rb", buffering=0) as file:
        while count := file.readinto(buffer):
            digest.update(buffer[:count])
            size += count
            on_read(count)
    return FileEntry(digest.hexdigest(), size)


def _sync_tree(folder: Path) -> None:
    for path in folder.rglob("*"):
        if path.is_file():
            descriptor = os.open(path, os.O_RDONLY)
            try:
                os.fsync(descriptor)
            finally:
                os.close(descriptor)
    sync_folder(folder)


def list_checkpoints(run: RunFolder) -> list[Checkpoint]:
    """The complete checkpoints, oldest first; one with an unreadable manifest is left out."""
    return in_order(
        checkpoint
        for name in checkpoint_names(run)
        if (checkpoint := read_checkpoint(run.checkpoints / name))
    )


def checkpoint_names(run: RunFolder) -> list[str]:
    """The folders of checkpoints, in no order; their manifests are not read."""
    try:
        with os.scandir(run.checkpoints) as entries:
            return [entry.name for entry in entries if not entry.name.startswith(".")]
    except (FileNotFoundError, NotADirectoryError):
        return []


def in_order(checkpoints: Iterable[Checkpoint]) -> list[Checkpoint]:
    """The checkpoints from the oldest to the newest, by step and then by time."""
    return sorted(checkpoints, key=lambda item: (item.manifest.step, item.manifest.created))


def read_checkpoint(path: Path) -> Checkpoint | None:
    """The checkpoint in a folder, or ``None`` if there is no readable manifest."""
    try:
        stored = _decoder.decode((path / MANIFEST).read_bytes())
        fields = {name: getattr(stored, name) for name in Manifest.__struct_fields__}
        manifest = Manifest(**fields | {"plan": _plan(bytes(stored.plan))})
    except (OSError, msgspec.MsgspecError):
        return None
    return Checkpoint(path, manifest) if manifest.format == FORMAT else None


@functools.lru_cache(maxsize=64)
def _plan(text: bytes) -> dict[str, Any]:
    """The checkpoints of a run have one plan; a list of thousands reads and holds it once."""
    return msgspec.json.decode(text, type=dict[str, Any])


def find_checkpoint(run: RunFolder, name: str = "latest") -> Checkpoint:
    """A checkpoint by name, or the ``latest``, or the ``best``. Raises :class:`UserError`."""
    is_name = name not in ("", "latest", "best") and Path(name).name == name and name[0] != "."
    if is_name and (checkpoint := read_checkpoint(run.checkpoints / name)):
        return checkpoint  # without reading thousands of others
    checkpoints = list_checkpoints(run)
    if not checkpoints and not run.path.is_dir():  # since it was opened
        raise UserError(f'The run "{run.name}" is gone: it was deleted, or has another name now.')
    if not checkpoints:
        raise UserError(f"The run {run.name} has no checkpoint yet.")
    if name == "latest":
        return checkpoints[-1]
    if name == "best":
        return best_of(checkpoints, "accuracy") or checkpoints[0]
    for checkpoint in checkpoints:
        if checkpoint.name == name:
            return checkpoint
    known = ["latest", "best", *(checkpoint.name for checkpoint in checkpoints)]
    raise UserError(unknown_name(f"{run.name}@{name}", name, known, "checkpoint"))


def best_of(checkpoints: Sequence[Checkpoint], metric: str) -> Checkpoint | None:
    """The best tested one by ``accuracy`` (highest) or ``loss`` (lowest); of equals the first.

    A regression's checkpoints have no accuracy: of them it is the best by loss.
    """
    metric = metric_of(checkpoints, metric)
    tested = [item for item in checkpoints if _score(item.manifest, metric) is not None]
    return max(tested, key=lambda item: _score(item.manifest, metric) or 0.0, default=None)


def metric_of(checkpoints: Sequence[Checkpoint], metric: str) -> str:
    """The metric by which these are compared: the wanted one, if it was ever measured."""
    has_accuracy = any(item.manifest.metrics.accuracy is not None for item in checkpoints)
    has_loss = any(item.manifest.metrics.loss is not None for item in checkpoints)
    return "loss" if has_loss and not has_accuracy else metric


def _score(manifest: Manifest, metric: str) -> float | None:
    if metric == "accuracy":
        return manifest.metrics.accuracy
    loss = manifest.metrics.loss
    if loss is None or float(loss) != float(loss):
        return None
    return -float(loss)


@done_there
def verify(checkpoint: Checkpoint, on_read: OnRead = lambda _: None) -> None:
    """Compare each file with its SHA-256. Raises :class:`UserError` for the first that differs."""
    files = [(checkpoint.path / name, entry) for name, entry in checkpoint.manifest.files.items()]
    # Of another size it is damaged for certain: gigabytes are not read to say so.
    for path, entry in files:
        if not path.is_file():
            raise UserError(f"{path} is missing; use another checkpoint of this run.")
        if path.stat().st_size != entry.size_bytes:
            raise _damaged(path)
    for path, entry in files:
        if _entry(path, on_read) != entry:
            raise _damaged(path)


def _damaged(path: Path) -> UserError:
    return UserError(f"{path} is damaged (its SHA-256 differs); use another checkpoint.")


def is_whole(checkpoint: Checkpoint) -> bool:
    """Whether each file is as it was written."""
    try:
        verify(checkpoint)
    except UserError:
        return False
    return True


def sweep(run: RunFolder) -> None:
    """Remove what a worker that was killed while saving left behind; the worker calls it.

    A checkpoint that was being replaced and whose successor never came is put back.
    """
    if not run.checkpoints.is_dir():
        return
    for path in run.checkpoints.glob(f"{STAGING}*"):
        target = run.checkpoints / path.name.removeprefix(REPLACED)
        if path.name.startswith(REPLACED) and not target.exists():
            path.replace(target)
        else:
            shutil.rmtree(path, ignore_errors=True)
