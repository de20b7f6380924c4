"""Doing something with checkpoints, in a thread; each says what happened.

All raise :class:`WorkbenchError`.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import groupby

from workbench.api.errors import UserError, WorkbenchError
from workbench.core.checkpoints import Checkpoint, find_checkpoint, list_checkpoints
from workbench.core.checkpoints.keeping import kept
from workbench.core.checkpoints.managing import (
    delete_checkpoints,
    empty_trash,
    protect_checkpoint,
    put_back,
    rename_checkpoint,
    restore_checkpoint,
)
from workbench.core.runs import RunFolder
from workbench.core.units import bytes_text
from workbench.tui.screens.checkpoints.reading import Saved, names_of

Deleted = tuple[tuple[RunFolder, Checkpoint], ...]
"""What a deletion put into the trash, and of which run."""


@dataclass(frozen=True)
class Done:
    """A sentence about what happened, if anything; ``problem`` says what could not be done.

    ``deleted`` is what can be brought back; ``renamed`` the key of what has another name now.
    """

    sentence: str
    problem: str = ""
    deleted: Deleted = ()
    renamed: str = ""


@dataclass(frozen=True)
class Deletion:
    """What a deletion would move to the trash, and what it would keep, with why."""

    goes: tuple[Saved, ...]
    stays: tuple[tuple[Saved, str], ...]

    @property
    def freed_bytes(self) -> int:
        """What it frees once the trash is emptied."""
        return sum(item.size_bytes for item in self.goes)


def look_at_deletion(items: Sequence[Saved]) -> Deletion:
    """What deleting these would do, by what is there now."""
    goes, stays = [], []
    for run, some in _by_run(items):
        checkpoints = list_checkpoints(run)
        present, reasons = {item.name for item in checkpoints}, kept(run, checkpoints)
        for item in some:
            if item.name not in present:
                continue
            why = next(iter(reasons.get(item.name, {}).values()), "")
            if why:
                stays.append((item, why))
            else:
                goes.append(item)
    return Deletion(tuple(goes), tuple(stays))


def delete(items: Sequence[Saved]) -> Done:
    """Move checkpoints to the trash of their runs."""
    deleted: list[tuple[RunFolder, Checkpoint]] = []
    problem = ""
    for run, some in _by_run(items):
        try:
            deleted += [(run, item) for item in delete_checkpoints(run, [i.name for i in some])]
        except WorkbenchError as error:
            problem = problem or str(error)
    if not deleted:
        raise UserError(problem or "Nothing was deleted.")
    run, first = deleted[0]
    words = f"{run.name}@{first.manifest.name} is in the trash; u brings it back."
    if len(deleted) > 1:
        words = f"{len(deleted):,} checkpoints are in the trash; u brings them back."
    return Done(words, problem, tuple(deleted))


def bring_back(deleted: Deleted) -> Done:
    """Undo a deletion, as far as that can be done."""
    back, left, problem = [], [], ""
    for run, checkpoint in deleted:
        try:
            back.append(f"{run.name}@{put_back(run, checkpoint).name}")
        except WorkbenchError as error:
            problem = problem or str(error)
            left.append((run, checkpoint))
    words = f"{back[0]} is back." if len(back) == 1 else f"{len(back):,} checkpoints are back."
    return Done(words if back else "", problem, tuple(left))


def still_there(deletions: Sequence[Deleted]) -> list[Deleted]:
    """What of these is in the trash yet."""
    left = (tuple(pair for pair in one if pair[1].path.exists()) for one in deletions)
    return [one for one in left if one]


def bring_back_last(run: RunFolder) -> Done:
    """Undo the last deletion that there was in a run."""
    return Done(f"{run.name}@{restore_checkpoint(run).name} is back.")


def protect(items: Sequence[Saved], is_protected: bool) -> Done:
    """Keep checkpoints from being deleted, or let them go again."""
    for item in items:
        protect_checkpoint(item.run, item.name, is_protected)
    verb = "is" if len(items) == 1 else "are"
    return Done(f"{names_of(items)} {verb} {'protected' if is_protected else 'not protected now'}.")


def rename(item: Saved, name: str) -> Done:
    """Give a checkpoint another name."""
    renamed = rename_checkpoint(item.run, find_checkpoint(item.run, item.name).name, name)
    key = f"{item.run.name}@{renamed.name}"
    return Done(f"{item.reference} is {key} now.", renamed=key)


def empty(run: RunFolder) -> Done:
    """Delete a run's trash for good."""
    return Done(f"The trash of {run.name} is empty: {bytes_text(empty_trash(run))} freed.")


def _by_run(items: Sequence[Saved]) -> Iterator[tuple[RunFolder, list[Saved]]]:
    for run, some in groupby(sorted(items, key=lambda item: item.run.name), lambda item: item.run):
        yield run, list(some)
