"""Telling a run's folder from another one of its name, and finding it under another name."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.runs import RunFolder

Identity = tuple[int, int, int]


def identity(run: RunFolder) -> Identity | None:
    """What stays as it is when the folder is renamed; ``None`` where it can't be seen.

    It is that of the plan: the number of a deleted folder is soon that of a new one.
    """
    try:
        state = run.plan.stat()
    except OSError:
        return None
    return (state.st_dev, state.st_ino, state.st_mtime_ns)


def found_again(run: RunFolder, began: Identity | None) -> RunFolder | None:
    """A run in the place of one that is gone, else the same one under another name."""
    from workbench.core.runs import list_runs

    if identity(run) is not None:
        return run
    try:
        others = list_runs(run.path.parent)
    except OSError:
        return None
    return next((other for other in others if began and identity(other) == began), None)
