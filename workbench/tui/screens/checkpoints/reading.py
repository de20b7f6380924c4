"""Reading what runs have saved, in threads; only what changed is read again."""

import contextlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from workbench.core.checkpoints import Checkpoint
from workbench.core.checkpoints.keeping import Keep, kept
from workbench.core.checkpoints.managing import deleted_ns, list_trash
from workbench.core.checkpoints.store import checkpoint_names, in_order, read_checkpoint
from workbench.core.runs import RunFolder, list_runs, overview

Stamp = tuple[int, int]


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

    @property
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

    @property
    def key(self) -> str:
        """What tells it from all others, deleted ones of the same name too."""
        return f"{self.run.name}@{self.checkpoint.path.name}"

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
        return tuple(self._read_run(run) for run in list_runs(self._runs_dir))

    def _read_run(self, run: RunFolder) -> SavedRun:
        stamp, known = _stamp(run.checkpoints), self._known.get(run.name)
        if known is not None and known[0] == stamp:
            return known[1]
        found = SavedRun(run, len(checkpoint_names(run)))
        self._known[run.name] = stamp, found
        return found


class CheckpointsReader:
    """The checkpoints of one run after another; one thread at a time may read."""

    def __init__(self) -> None:
        self._known: dict[Path, tuple[Stamp, Checkpoint | None]] = {}
        self._samples: dict[Path, bool] = {}

    def read(self, run: RunFolder) -> RunSaved:
        """What a run has saved by now."""
        paths = [run.checkpoints / name for name in checkpoint_names(run)]
        present = set(paths)
        for path in [path for path in self._known if path not in present]:
            del self._known[path]  # those of the run before, and those that are gone
        checkpoints = in_order(item for path in paths if (item := self._read_one(path)))
        reasons, is_sample = kept(run, checkpoints), self._is_sample(run)
        saved = tuple(
            Saved(run, item, is_sample, reasons.get(item.name, {})) for item in checkpoints
        )
        trash = tuple(
            Saved(run, item, is_sample, deleted=deleted_ns(item.path) / 1e9)
            for item in list_trash(run)
        )
        return RunSaved(run, saved, trash)

    def _read_one(self, path: Path) -> Checkpoint | None:
        # A manifest is always replaced, which the time of its folder tells.
        stamp, known = _stamp(path), self._known.get(path)
        if known is not None and known[0] == stamp:
            return known[1]
        found = read_checkpoint(path)
        self._known[path] = stamp, found
        return found

    def _is_sample(self, run: RunFolder) -> bool:
        if run.path in self._samples:
            return self._samples[run.path]
        seen = overview(run)
        if seen.source:  # known from then on
            self._samples[run.path] = seen.is_sample
        return seen.is_sample


def _stamp(path: Path) -> Stamp:
    with contextlib.suppress(OSError):
        state = path.stat()
        return (state.st_mtime_ns, state.st_ino)
    return (0, 0)


def names_of(items: Sequence[Saved]) -> str:
    """One checkpoint by its reference, more by their number."""
    return items[0].reference if len(items) == 1 else f"{len(items):,} checkpoints"
