"""The way to a dataset: data folder, download, packages, and at last the embedded sample."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.api.data import DatasetInfo, Described, Split
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.factories import resolve
from workbench.api.specs import DatasetSpec, FileSource, IdxSource
from workbench.core.data import sample
from workbench.core.data.folder import MADE, read_stored, require_source
from workbench.core.data.obtaining import Search, read_installed, try_search
from workbench.core.data.progress import Attempt, OnProgress, Progress, described, ignore
from workbench.core.data.reading import Contents
from workbench.core.data.splits import IdxSplit


@dataclass(frozen=True)
class Loaded:
    """A dataset's splits, where they came from, and which steps failed before.

    ``is_sample`` must be shown wherever a number from these splits is. ``described`` is what
    a dataset says of itself whose options make it.
    """

    splits: Mapping[str, Split]
    source: str
    is_sample: bool
    attempts: tuple[Attempt, ...] = ()
    described: Described | None = None

    @property
    def sizes(self) -> dict[str, int]:
        """The length of each split."""
        return {name: len(split) for name, split in self.splits.items()}


def info_of(spec: DatasetSpec, loaded: Loaded) -> DatasetInfo:
    """What the dataset says of itself, in full now that it was loaded."""
    return loaded.described.info if loaded.described is not None else spec.info


@dataclass(frozen=True)
class Fetched:
    """Where a full dataset came from, and which steps failed before."""

    source: str
    attempts: tuple[Attempt, ...]


def load_splits(
    spec: DatasetSpec,
    options: Any,
    data_dir: Path,
    *,
    on_progress: OnProgress = ignore,
    fetch: bool = True,
) -> Loaded:
    """The splits of a dataset, for a worker: the full ones if they can be had, else the sample.

    With ``fetch`` the network steps are tried briefly, unless they failed within the hour.
    What ``on_progress`` raises ends it, leaving the data folder whole. Raises
    :class:`UserError` for files in the data folder that are wrong.
    """
    if spec.source is None:
        return _made(spec, (options,), MADE)
    search = Search(spec, data_dir, on_progress, is_automatic=True)
    stored = read_stored(spec, data_dir, on_progress)
    if stored is None:
        stored = try_search(search) if fetch else read_installed(spec, on_progress)
    attempts = tuple(search.attempts)
    if isinstance(spec.source, FileSource):
        if stored is None:
            raise _not_obtained(spec, data_dir, attempts)
        return _made(spec, (options, str(data_dir)), stored.source, attempts)
    if stored is not None:
        return Loaded(_splits(spec, spec.source, stored.contents), stored.source, False, attempts)
    contents = sample.read_sample(spec, spec.source)
    if contents is None:
        raise _not_obtained(spec, data_dir, attempts)
    on_progress(Progress(sample.STEP, "reading"))
    return Loaded(_splits(spec, spec.source, contents), sample.STEP, True, attempts)


def fetch(spec: DatasetSpec, data_dir: Path, *, on_progress: OnProgress = ignore) -> Fetched:
    """Put the full dataset into the data folder, whatever time that takes.

    Wrong files there are replaced. Raises :class:`UserError` with each step's reason when
    all steps fail.
    """
    require_source(spec)
    search = Search(spec, data_dir, on_progress, is_automatic=False)
    stored = search.run()
    attempts = tuple(search.attempts)
    if stored is None:
        raise UserError(
            f"{spec.name} could not be obtained ({described(attempts)}); go online, or give a "
            f"folder that has its files: `workbench data import {spec.name} DIR`."
        )
    return Fetched(stored.source, attempts)


def _splits(spec: DatasetSpec, source: IdxSource, contents: Contents) -> dict[str, Split]:
    names = {(file.split, file.part): file.filename for file in source.files}
    splits: dict[str, Split] = {}
    for split in dict.fromkeys(file.split for file in source.files):
        images, labels = contents[names[split, "images"]], contents[names[split, "labels"]]
        if not isinstance(images, bytearray):
            images = bytearray(images)
        splits[split] = IdxSplit(images, labels, spec.shape)
    return splits


def _not_obtained(spec: DatasetSpec, data_dir: Path, attempts: tuple[Attempt, ...]) -> UserError:
    reasons = f" ({described(attempts)})" if attempts else ""
    return UserError(
        f"{spec.name} is not in {data_dir} and could not be obtained{reasons}; "
        f"see `workbench data fetch {spec.name}`."
    )


def _made(
    spec: DatasetSpec, arguments: tuple[Any, ...], source: str, attempts: tuple[Attempt, ...] = ()
) -> Loaded:
    assert spec.load is not None  # the registry takes no spec without a source or a load
    made = resolve(spec.load)(*arguments)
    described = made if isinstance(made, Described) else None
    splits = described.splits if described else made
    if spec.describe is not None and described is None:
        raise WorkbenchError(
            f"The dataset {spec.name} is wrong: its options make it, but its load returned no "
            "Described; tell its author."
        )
    if not isinstance(splits, Mapping) or not {"train", "test"} <= set(splits):
        raise WorkbenchError(
            f'The dataset {spec.name} is wrong: its load gave no splits "train" and "test"; '
            "tell its author."
        )
    for name, split in splits.items():
        if not isinstance(split, Split):
            raise WorkbenchError(
                f'The dataset {spec.name} is wrong: its split "{name}" is a '
                f"{type(split).__name__}, which has no items; tell its author."
            )
    return Loaded(splits, source, False, attempts, described)
