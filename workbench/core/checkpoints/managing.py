"""Renaming, protecting and deleting checkpoints; what is deleted goes to a trash first."""

import re
import shutil
import time
from collections.abc import Sequence
from pathlib import Path

import msgspec

from workbench.api.errors import UserError
from workbench.api.options import unknown_name
from workbench.core.checkpoints.keeping import kept
from workbench.core.checkpoints.manifest import Manifest
from workbench.core.checkpoints.store import (
    MANIFEST,
    Checkpoint,
    find_checkpoint,
    list_checkpoints,
    read_checkpoint,
)
from workbench.core.files import sync_folder, write_atomic
from workbench.core.hosts.calls import done_there
from workbench.core.runs.folder import RunFolder

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RESERVED = frozenset({"latest", "best"})
_OF_A_STEP = re.compile(r"step-\d+")
_TRASH = ".trash"


def check_checkpoint_name(name: str) -> None:
    """Raise :class:`UserError` if a person's name for a checkpoint can't name a folder."""
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise UserError(
            f'"{name}" is no name for a checkpoint; use letters, digits, dots and dashes '
            "(`latest` and `best` have their own meaning)."
        )
    if _OF_A_STEP.fullmatch(name):
        raise UserError(
            f'"{name}" is what a worker names the checkpoint of that step, which would take its '
            "place; choose another name."
        )


def refuse_taken(run: RunFolder, name: str) -> None:
    """Raise :class:`UserError` if the run has a checkpoint of this name."""
    if (run.checkpoints / name).exists():
        raise UserError(f'The run {run.name} has a checkpoint "{name}" already; give another name.')


@done_there
def rename_checkpoint(run: RunFolder, name: str, new_name: str) -> Checkpoint:
    """Give a checkpoint another name. Raises :class:`UserError`."""
    check_checkpoint_name(new_name)
    checkpoint = find_checkpoint(run, name)
    refuse_taken(run, new_name)
    target = run.checkpoints / new_name
    checkpoint.path.replace(target)
    sync_folder(run.checkpoints)
    return _rewrite(target, msgspec.structs.replace(checkpoint.manifest, name=new_name))


@done_there
def protect_checkpoint(run: RunFolder, name: str, protected: bool) -> Checkpoint:
    """Keep a checkpoint from being superseded or deleted, or let it go again."""
    checkpoint = find_checkpoint(run, name)
    manifest = msgspec.structs.replace(checkpoint.manifest, protected=protected)
    return _rewrite(checkpoint.path, manifest)


def _rewrite(path: Path, manifest: Manifest) -> Checkpoint:
    write_atomic(path / MANIFEST, msgspec.json.format(msgspec.json.encode(manifest)))
    return Checkpoint(path, manifest)


def why_kept(run: RunFolder, checkpoint: Checkpoint) -> str:
    """Why a checkpoint can't be deleted, in words; empty if it can."""
    return next(iter(kept(run, list_checkpoints(run)).get(checkpoint.name, {}).values()), "")


def delete_checkpoint(run: RunFolder, name: str) -> Checkpoint:
    """Move a checkpoint to its run's trash. Raises :class:`UserError` for one that is kept."""
    checkpoint = find_checkpoint(run, name)
    return delete_checkpoints(run, [checkpoint.name])[0]


@done_there
def delete_checkpoints(run: RunFolder, names: Sequence[str]) -> list[Checkpoint]:
    """Move checkpoints to their run's trash, all or none; they are given as they lie there.

    Raises :class:`UserError` where one is kept or not there.
    """
    checkpoints = list_checkpoints(run)
    found = {item.name: item for item in checkpoints}
    reasons = kept(run, checkpoints)
    for name in names:
        if name not in found:
            raise UserError(unknown_name(f"{run.name}@{name}", name, list(found), "checkpoint"))
        if name in reasons:
            reason = next(iter(reasons[name].values()))
            raise UserError(f"{run.name}@{name} is not deleted: {reason}.")
    trash = run.checkpoints / _TRASH
    trash.mkdir(exist_ok=True)
    deleted = []
    for name in names:
        # The time of deletion keeps two of the same name apart; the newest is restored first.
        target = found[name].path.replace(trash / f"{name}~{time.time_ns()}")
        deleted.append(Checkpoint(target, found[name].manifest))
    sync_folder(trash)
    sync_folder(run.checkpoints)
    return deleted


def list_trash(run: RunFolder) -> list[Checkpoint]:
    """The deleted checkpoints, the one deleted last at the end."""
    trash = run.checkpoints / _TRASH
    paths = sorted(trash.glob("*~*"), key=deleted_ns) if trash.is_dir() else []
    return [found for path in paths if (found := read_checkpoint(path))]


def deleted_ns(path: Path) -> int:
    """When a folder in the trash was deleted, in nanoseconds since 1970; 0 if unknown."""
    digits = path.name.rpartition("~")[2]
    return int(digits) if digits.isdigit() else 0


@done_there
def restore_checkpoint(run: RunFolder, name: str | None = None) -> Checkpoint:
    """Bring a deleted checkpoint back: the named one, or the one deleted last."""
    trashed = list_trash(run)
    matching = [item for item in trashed if name in (None, item.manifest.name)]
    if not matching:
        names = [item.manifest.name for item in trashed]
        shown = name or "any"
        raise UserError(unknown_name(shown, shown, names, "deleted checkpoint"))
    return put_back(run, matching[-1])


@done_there
def put_back(run: RunFolder, deleted: Checkpoint) -> Checkpoint:
    """Bring back a checkpoint as :func:`list_trash` gives it. Raises :class:`UserError`."""
    name = deleted.manifest.name
    target = run.checkpoints / name
    if target.exists():
        raise UserError(
            f'The run {run.name} has another checkpoint "{name}" by now; rename that one first.'
        )
    try:
        deleted.path.replace(target)
    except FileNotFoundError:
        raise UserError(f"{run.name}@{name} is not in the trash any more.") from None
    sync_folder(run.checkpoints)
    return Checkpoint(target, deleted.manifest)


@done_there
def empty_trash(run: RunFolder) -> int:
    """Delete the trash for good; the number of bytes that were freed."""
    freed = folder_bytes(run.checkpoints / _TRASH)
    shutil.rmtree(run.checkpoints / _TRASH, ignore_errors=True)
    return freed


def folder_bytes(folder: Path) -> int:
    """The size of all files below a folder; 0 if there is none."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
