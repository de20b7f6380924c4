"""Reading what runs have saved, in threads; only what changed is read again."""

import contextlib
import os
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path

from workbench.core.checkpoints import Checkpoint
from workbench.core.checkpoints.keeping import Keep, kept
from workbench.core.checkpoints.managing import deleted_ns, list_trash
from workbench.core.checkpoints.store import checkpoint_names, in_order, read_checkpoint
from workbench.core.runs import RunFolder, list_runs, overview

Stamp = tuple[int, int]
_NOT_KEPT: Mapping[Keep, str] = {}


@dataclass(frozen=True)
class SavedRun:
    """A run with the number of its checkpoints."""

    run: RunFolder
    count: int


@dataclass(frozen=True)
class Saved:
    """A checkpoint, or a deleted one in the trash.

    ``kept`` says why it can't be deleted, each reason with its word. ``deleted`` is in Unix
    seconds.
    """

    run: RunFolder
    checkpoint: Checkpoint
    is_sample: bool
    kept: Mapping[Keep, str] = field(default_factory=dict)
    deleted: float | None = None

    @cached_property
    def name(self) -> str:
        """Its name; in the trash the one that it had."""
        return self.checkpoint.manifest.name if self.is_deleted else self.checkpoint.name

    @property
    def is_deleted(self) -> bool:
        """Whether it lies in the trash."""
        return self.deleted is not None

    @property
    def reference(self) -> str:
        """``RUN@CHECKPOINT``, as the commands take it."""
        return f"{self.run.name}@{self.name}"

    @cached_property
    def key(self) -> str:
        """What tells it from all others, deleted ones of the same name too."""
        return f"{self.run.name}@{self.checkpoint.name}"

    @property
    def size_bytes(self) -> int:
        """The size of all its files."""
        return self.checkpoint.manifest.size_bytes


@dataclass(frozen=True)
class RunSaved:
    """What a run has saved, and what of it was deleted, each the oldest first."""

    run: RunFolder
    saved: tuple[Saved, ...]
    trash: tuple[Saved, ...]


class RunsReader:
    """All runs with the number of their checkpoints; one thread at a time may read."""

    def __init__(self, runs_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._known: dict[str, tuple[Stamp, SavedRun]] = {}

    def read(self) -> tuple[SavedRun, ...]:
        """The runs, newest first."""
        found = {run.name: self._read_run(run) for run in list_runs(self._runs_dir)}
        self._known = found
        return tuple(saved for _, saved in found.values())

    def _read_run(self, run: RunFolder) -> tuple[Stamp, SavedRun]:
        stamp, known = _stamp(run.checkpoints), self._known.get(run.name)
        if known is not None and known[0] == stamp:
            return known
        return stamp, SavedRun(run, len(checkpoint_names(run)))


class CheckpointsReader:
    """The checkpoints of one run after another; one thread at a time may read."""

    def __init__(self) -> None:
        self._run: RunFolder | None = None
        self._known: dict[str, tuple[Stamp, Checkpoint | None]] = {}
        self._samples: dict[Path, bool] = {}

    def read(self, run: RunFolder) -> RunSaved:
        """What a run has saved by now."""
        if run != self._run:
            self._run, self._known = run, {}
        checkpoints, is_sample = self._read_checkpoints(run), self._is_sample(run)
        reasons = kept(run, checkpoints)
        saved = tuple(
            Saved(run, item, is_sample, reasons.get(item.name, _NOT_KEPT)) for item in checkpoints
        )
        trash = tuple(
            Saved(run, item, is_sample, deleted=deleted_ns(item.path) / 1e9)
            for item in list_trash(run)
        )
        return RunSaved(run, saved, trash)

    def _read_checkpoints(self, run: RunFolder) -> list[Checkpoint]:
        found = {}
        for name, stamp in _folders(run.checkpoints):
            known = self._known.get(name)
            # A manifest is always replaced, which the time of its folder tells.
            if known is None or known[0] != stamp:
                known = stamp, read_checkpoint(run.checkpoints / name)
            found[name] = known
        self._known = found
        return in_order(item for _, item in found.values() if item is not None)

    def _is_sample(self, run: RunFolder) -> bool:
        if run.path in self._samples:
            return self._samples[run.path]
        seen = overview(run)
        if seen.source:  # known from then on
            self._samples[run.path] = seen.is_sample
        return seen.is_sample


def _folders(folder: Path) -> Iterator[tuple[str, Stamp]]:
    """The folders of checkpoints with what changes when they do."""
    with contextlib.suppress(OSError), os.scandir(folder) as entries:
        for entry in entries:
            if not entry.name.startswith("."):
                yield entry.name, (entry.stat().st_mtime_ns, entry.inode())


def _stamp(path: Path) -> Stamp:
    with contextlib.suppress(OSError):
        state = path.stat()
        return (state.st_mtime_ns, state.st_ino)
    return (0, 0)


def names_of(items: Sequence[Saved]) -> str:
    """One checkpoint by its reference, more by their number."""
    return items[0].reference if len(items) == 1 else f"{len(items):,} checkpoints"
