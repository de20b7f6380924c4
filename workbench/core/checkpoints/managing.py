"""Renaming, protecting and deleting checkpoints; what is deleted goes to a trash first."""

import re
import shutil
import time
from pathlib import Path

import msgspec

from workbench.api.errors import UserError
from workbench.api.options import unknown_name
from workbench.core.checkpoints.manifest import Manifest
from workbench.core.checkpoints.store import (
    MANIFEST,
    Checkpoint,
    best_of,
    find_checkpoint,
    list_checkpoints,
    read_checkpoint,
)
from workbench.core.files import sync_folder, write_atomic
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9._-]{0,99}")
_RESERVED = frozenset({"latest", "best"})
_TRASH = ".trash"


def check_checkpoint_name(name: str) -> None:
    """Raise :class:`UserError` if a person's name for a checkpoint can't name a folder."""
    if not _NAME.fullmatch(name) or name in _RESERVED:
        raise UserError(
            f'"{name}" is no name for a checkpoint; use letters, digits, dots and dashes '
            "(`latest` and `best` have their own meaning)."
        )


def rename_checkpoint(run: RunFolder, name: str, new_name: str) -> Checkpoint:
    """Give a checkpoint another name. Raises :class:`UserError`."""
    check_checkpoint_name(new_name)
    checkpoint = find_checkpoint(run, name)
    target = run.checkpoints / new_name
    if target.exists():
        raise UserError(f'The run {run.name} has a checkpoint "{new_name}" already.')
    checkpoint.path.replace(target)
    sync_folder(run.checkpoints)
    return _rewrite(target, msgspec.structs.replace(checkpoint.manifest, name=new_name))


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
    if checkpoint.manifest.protected:
        return "it is protected"
    checkpoints = list_checkpoints(run)
    metric = checkpoint.manifest.plan.get("checkpoint", {}).get("keep_best", "accuracy")
    best = best_of(checkpoints, metric)
    if best is not None and best.name == checkpoint.name:
        return f"it is the best of its run by {metric}"
    if checkpoints[-1].name == checkpoint.name and is_alive(run):
        return "its live run would go on from it"
    return ""


def delete_checkpoint(run: RunFolder, name: str) -> Checkpoint:
    """Move a checkpoint to its run's trash. Raises :class:`UserError` for one that is kept."""
    checkpoint = find_checkpoint(run, name)
    reason = why_kept(run, checkpoint)
    if reason:
        raise UserError(f"{run.name}@{checkpoint.name} is not deleted: {reason}.")
    trash = run.checkpoints / _TRASH
    trash.mkdir(exist_ok=True)
    # The time of deletion keeps two of the same name apart; the newest is restored first.
    checkpoint.path.replace(trash / f"{checkpoint.name}~{time.time_ns()}")
    sync_folder(run.checkpoints)
    return checkpoint


def list_trash(run: RunFolder) -> list[Checkpoint]:
    """The deleted checkpoints, the one deleted last at the end."""
    trash = run.checkpoints / _TRASH
    paths = sorted(trash.glob("*~*"), key=_deleted_ns) if trash.is_dir() else []
    return [found for path in paths if (found := read_checkpoint(path))]


def _deleted_ns(path: Path) -> int:
    digits = path.name.rpartition("~")[2]
    return int(digits) if digits.isdigit() else 0


def restore_checkpoint(run: RunFolder, name: str | None = None) -> Checkpoint:
    """Bring a deleted checkpoint back: the named one, or the one deleted last."""
    trashed = list_trash(run)
    matching = [item for item in trashed if name in (None, item.manifest.name)]
    if not matching:
        names = [item.manifest.name for item in trashed]
        shown = name or "any"
        raise UserError(unknown_name(shown, shown, names, "deleted checkpoint"))
    chosen = matching[-1]
    target = run.checkpoints / chosen.manifest.name
    if target.exists():
        raise UserError(
            f'The run {run.name} has another checkpoint "{chosen.manifest.name}" by now; '
            "rename that one first."
        )
    chosen.path.replace(target)
    sync_folder(run.checkpoints)
    return Checkpoint(target, chosen.manifest)


def empty_trash(run: RunFolder) -> int:
    """Delete the trash for good; the number of bytes that were freed."""
    freed = folder_bytes(run.checkpoints / _TRASH)
    shutil.rmtree(run.checkpoints / _TRASH, ignore_errors=True)
    return freed


def folder_bytes(folder: Path) -> int:
    """The size of all files below a folder; 0 if there is none."""
    return sum(path.lstat().st_size for path in folder.rglob("*") if path.is_file())
