"""What old runs hold on the disk, and freeing what nobody needs."""

import shutil
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Literal

from workbench.api.errors import UserError
from workbench.core.checkpoints import list_checkpoints, superseded
from workbench.core.checkpoints.keeping import awaited
from workbench.core.checkpoints.managing import folder_bytes
from workbench.core.checkpoints.store import HALF, REPLACED, STAGING
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import RunLock
from workbench.core.runs.managing import TRASH, deleted_ns, list_trashed_runs, trashed_name
from workbench.core.runs.overview import overview
from workbench.core.runs.store import list_runs

DELETED = "deleted"
STATES = ("completed", "stopped", "failed", "interrupted", DELETED)
"""The states whose runs can be cleaned."""

_DAY_S = 86_400.0


@dataclass(frozen=True)
class Garbage:
    """A file or folder that can be freed."""

    path: Path
    kind: Literal["superseded checkpoint", "deleted checkpoint", "leftover", "deleted run"]
    size_bytes: int


@dataclass(frozen=True)
class Holding:
    """What a run that ended, or was deleted, holds; ``updated`` is in Unix seconds.

    ``trash_bytes`` are those of deleted checkpoints and of what crashes left.
    """

    run: RunFolder
    name: str
    state: str
    updated: float
    events_bytes: int
    checkpoints_bytes: int
    trash_bytes: int
    garbage: tuple[Garbage, ...]

    @property
    def freeable_bytes(self) -> int:
        """What can be freed."""
        return sum(item.size_bytes for item in self.garbage)


def find_holdings(
    runs_dir: Path,
    *,
    older_than_days: float = 0.0,
    keep: int = 0,
    states: Sequence[str] = STATES,
) -> list[Holding]:
    """What runs hold that ended in one of these states and at least so many days ago.

    The newest ``keep`` runs are left out, and so are those that wait or have a worker.
    Changes nothing.
    """
    latest = time.time() - older_than_days * _DAY_S
    found = (_run_holding(run, states) for run in list_runs(runs_dir)[keep:])
    holdings = [holding for holding in found if holding is not None]
    if DELETED in states:
        holdings += [_trashed_holding(run) for run in list_trashed_runs(runs_dir)]
    # A clock that was set back must not hide a run from someone who asks for all.
    return [item for item in holdings if item.updated <= latest or not older_than_days]


def _run_holding(run: RunFolder, states: Sequence[str]) -> Holding | None:
    seen = overview(run)
    if seen.state not in states or seen.state not in STATES:
        return None
    garbage = tuple(_garbage(run))
    trash = sum(item.size_bytes for item in garbage if item.kind != "superseded checkpoint")
    total, kept = folder_bytes(run.path), folder_bytes(run.checkpoints)
    in_checkpoints = sum(
        item.size_bytes
        for item in garbage
        if item.kind != "superseded checkpoint" and item.path.is_relative_to(run.checkpoints)
    )
    return Holding(
        run=run,
        name=run.name,
        state=seen.state,
        updated=seen.updated or run.plan.stat().st_mtime,
        events_bytes=total - kept - (trash - in_checkpoints),
        checkpoints_bytes=kept - in_checkpoints,
        trash_bytes=trash,
        garbage=garbage,
    )


def _garbage(run: RunFolder) -> Iterator[Garbage]:
    checkpoints = list_checkpoints(run)
    if checkpoints:
        metric = checkpoints[-1].manifest.plan.get("checkpoint", {}).get("keep_best", "accuracy")
        # Kept are the plan's own best, and what `RUN@best` means.
        old = superseded(checkpoints, 1, metric)
        by_plan = {item.name for item in old} - awaited(run, old).keys()
        for item in superseded(checkpoints, 1, "accuracy"):
            if item.name in by_plan:
                yield Garbage(item.path, "superseded checkpoint", folder_bytes(item.path))
    for path in sorted((run.checkpoints / TRASH).glob("*")):
        yield Garbage(path, "deleted checkpoint", _size(path))
    for path in _leftovers(run):
        yield Garbage(path, "leftover", _size(path))


def _leftovers(run: RunFolder) -> Iterator[Path]:
    """What a crash left: checkpoints half saved, files half written, the disk's reserve."""
    for path in sorted(run.checkpoints.glob(f"{STAGING}*")):
        # A checkpoint whose successor was never saved is put back by the next worker.
        successor = run.checkpoints / path.name.removeprefix(REPLACED)
        if not path.name.startswith(REPLACED) or successor.exists():
            yield path
    yield from sorted(path for path in run.path.glob(".*") if path.is_file())


def _trashed_holding(run: RunFolder) -> Holding:
    total, kept = folder_bytes(run.path), folder_bytes(run.checkpoints)
    return Holding(
        run=run,
        name=trashed_name(run),
        state=DELETED,
        updated=deleted_ns(run.path) / 1e9,
        events_bytes=total - kept,
        checkpoints_bytes=kept,
        trash_bytes=0,
        garbage=(Garbage(run.path, "deleted run", total),),
    )


def _size(path: Path) -> int:
    return folder_bytes(path) if path.is_dir() else path.lstat().st_size


def free(holding: Holding) -> int:
    """Delete what a holding says can be freed; the number of bytes that were.

    Raises :class:`UserError` for a run that has a worker by now, or what can't be deleted.
    """
    try:
        if holding.state == DELETED:
            return sum(_remove(item) for item in holding.garbage)
        # No worker can begin in the meantime and rely on what is deleted.
        with RunLock(holding.run):
            # Since it was looked at, one may have been protected, or a run made to begin with it.
            still = {item.path for item in _garbage(holding.run)}
            return sum(_remove(item) for item in holding.garbage if item.path in still)
    except OSError as error:
        path = error.filename or holding.run.path
        raise UserError(f"{path} can't be deleted ({error.strerror}).") from None


def _remove(item: Garbage) -> int:
    if not item.path.is_dir():
        item.path.unlink(missing_ok=True)
        return item.size_bytes
    path = item.path
    if item.kind == "superseded checkpoint":
        # Deleted half, it must not be taken for a checkpoint.
        path = item.path.replace(item.path.with_name(f"{HALF}{item.path.name}"))
    shutil.rmtree(path)
    return item.size_bytes
