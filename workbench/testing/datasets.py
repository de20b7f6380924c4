"""Loading a dataset: lengths, shapes, dtypes and labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from workbench.api.data import DatasetInfo, Split
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.specs import DatasetSpec
from workbench.core.data import Loaded, info_of, is_own, load_splits
from workbench.core.data.fitting import array_problems, item_problems
from workbench.core.plugins import Registry
from workbench.core.plugins.tracebacks import place_of
from workbench.testing.registration import info_problems, spec_of
from workbench.testing.report import CheckTask, Notes, Report
from workbench.testing.using import check_use

_LOOKED_AT = 5


def check_dataset(registry: Registry, task: CheckTask) -> Report:
    """Load a dataset with its default options and look at its splits."""
    notes = Notes()
    subject = f"dataset {task.name}"
    notes.check(subject)
    spec = spec_of(registry, task, DatasetSpec)
    loaded = _loaded(spec, task, notes)
    if loaded is None:
        return notes.report()
    info = info_of(spec, loaded)
    problems = list(info_problems(info)) if loaded.described is not None else []
    for name, split in loaded.splits.items():
        size = None if loaded.is_sample else info.sizes.get(name)
        problems += [f'its split "{name}" {problem}' for problem in _all_of(info, split, size)]
    for problem in problems:
        notes.find(subject, problem)
    if not problems:
        check_use(registry, task, info, loaded, notes)
    return notes.report()


def _loaded(spec: DatasetSpec, task: CheckTask, notes: Notes) -> Loaded | None:
    """The dataset, or why there is none, as a note."""
    subject = f"dataset {task.name}"
    try:
        return load_splits(spec, spec.options(), Path(task.data_dir), fetch=False)
    except WorkbenchError as error:
        if spec.source is not None:
            notes.skip(subject, f"its files are not here: {error}")
        elif is_own(spec) and isinstance(error, UserError):
            notes.skip(subject, f"its options say where it is: {error}")
        else:
            notes.find(subject, f"it can't be loaded with its default options: {error}")
    except Exception as error:
        notes.find(
            subject,
            f"it can't be loaded with its default options: {type(error).__name__}: {error} "
            f"({place_of(error)}); mend load(options).",
        )
    return None


def _all_of(info: DatasetInfo, split: Split, size: int | None) -> list[str]:
    try:
        return list(_split_problems(info, split, size))
    except Exception as error:
        return [f"can't be read: {type(error).__name__}: {error} ({place_of(error)}); mend it."]


def _split_problems(info: DatasetInfo, split: Split, size: int | None) -> Iterator[str]:
    if len(split) == 0:
        yield "is empty; give it items."
        return
    if size is not None and len(split) != size:
        yield f"has {len(split)} items, but sizes of the spec says {size}; make them equal."
    for problem in list(_array_problems(info, split)) or _item_problems(info, split):
        yield f"{problem}; mend load(options)."


def _array_problems(info: DatasetInfo, split: Split) -> Iterator[str]:
    arrays = split.arrays()
    if arrays is None:
        return
    if not (isinstance(arrays, tuple) and len(arrays) == 2):
        yield f"has arrays() that give {arrays!r:.40} where (inputs, labels) or None belongs"
        return
    yield from array_problems(info, len(split), *arrays)


def _item_problems(info: DatasetInfo, split: Split) -> Iterator[str]:
    """Those of the first item that has some."""
    for index in sorted({*range(min(len(split), _LOOKED_AT)), len(split) - 1}):
        problems = list(item_problems(info, split, index)) or list(_differences(split, index))
        if problems:
            yield from problems
            return


def _differences(split: Split, index: int) -> Iterator[str]:
    arrays = split.arrays()
    if arrays is None:
        return
    for own, stored in zip(split[index], arrays, strict=True):
        if not _is_same(own, stored[index]):
            yield f"has an item {index} that is not that of arrays(); give the same items in both"
            return


def _is_same(one: Any, other: Any) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    # NaN is found where the whole array is looked at.
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")
