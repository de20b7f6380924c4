"""Loading a dataset: lengths, shapes, dtypes and labels."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np

from workbench.api.data import DatasetInfo, Split
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.specs import DatasetSpec
from workbench.core.data import info_of, is_own, load_splits
from workbench.core.plugins import Registry
from workbench.testing.registration import spec_of
from workbench.testing.report import CheckTask, Notes, Report

_LOOKED_AT = 5


def check_dataset(registry: Registry, task: CheckTask) -> Report:
    """Load a dataset with its default options and look at its splits."""
    notes = Notes()
    subject = f"dataset {task.name}"
    notes.check(subject)
    spec = spec_of(registry, task, DatasetSpec)
    try:
        loaded = load_splits(spec, spec.options(), Path(task.data_dir), fetch=False)
        for name, split in loaded.splits.items():
            info = info_of(spec, loaded)
            size = None if loaded.is_sample else info.sizes.get(name)
            for problem in _split_problems(info, split, size):
                notes.find(subject, f'its split "{name}" {problem}')
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
            f"it can't be loaded with its default options: {type(error).__name__}: {error}; "
            "mend load(options).",
        )
    return notes.report()


def _split_problems(spec: DatasetInfo, split: Split, size: int | None) -> Iterator[str]:
    if len(split) == 0:
        yield "is empty; give it items."
        return
    if size is not None and len(split) != size:
        yield f"has {len(split)} items, but sizes of the spec says {size}; make them equal."
    arrays = split.arrays()
    if arrays is not None:
        yield from _array_problems(spec, split, *arrays)
    indices = sorted({*range(min(len(split), _LOOKED_AT)), len(split) - 1})
    for index in indices:
        problems = list(_item_problems(spec, split[index]))
        if arrays is not None and not problems:
            value, label = split[index]
            if not (_is_same(value, arrays[0][index]) and _is_same(label, arrays[1][index])):
                problems.append("is not that of arrays(); give the same items in both.")
        if problems:
            yield from (f"has an item {index} that {problem}" for problem in problems)
            return


def _is_same(one: Any, other: Any) -> bool:
    one, other = np.asarray(one), np.asarray(other)
    # NaN is found where the whole array is looked at.
    return np.array_equal(one, other, equal_nan=one.dtype.kind == "f")


def _array_problems(spec: DatasetInfo, split: Split, inputs: Any, labels: Any) -> Iterator[str]:
    shape = (len(split), *spec.shape)
    if inputs.shape != shape:
        yield f"has arrays() of the shape {inputs.shape}; the spec's shape asks for {shape}."
    if inputs.dtype.kind == "f" and not np.isfinite(inputs).all():
        yield "has inputs that are NaN or infinite; leave those items out."
    if str(inputs.dtype) != spec.dtype:
        yield f"has arrays() of {inputs.dtype}, but the spec's dtype is {spec.dtype}."
    if spec.task == "regression":
        yield from _target_problems(spec, split, labels)
    elif labels.shape != (len(split),) or str(labels.dtype) != "int64":
        yield (
            f"has labels of {labels.dtype} and the shape {labels.shape}; they must be int64 of "
            f"the shape {(len(split),)}."
        )
    elif labels.min() < 0 or labels.max() >= len(spec.classes):
        yield (
            f"has labels from {labels.min()} to {labels.max()}, but with {len(spec.classes)} "
            f"classes they must be 0 to {len(spec.classes) - 1}."
        )


def _target_problems(spec: DatasetInfo, split: Split, labels: Any) -> Iterator[str]:
    wanted = (len(split), len(spec.targets))
    if labels.shape != wanted or str(labels.dtype) != "float32":
        yield (
            f"has labels of {labels.dtype} and the shape {labels.shape}; for regression they must "
            f"be float32 of the shape {wanted}."
        )
    elif not np.isfinite(labels).all():
        yield "has labels that are NaN or infinite; leave those items out."


def _item_problems(spec: DatasetInfo, item: Any) -> Iterator[str]:
    if not (isinstance(item, tuple) and len(item) == 2):
        yield "is no pair; return (input, label)."
        return
    value, label = np.asarray(item[0]), item[1]
    if value.shape != spec.shape:
        yield f"has the shape {value.shape}, but the spec's shape is {spec.shape}."
    if str(value.dtype) != spec.dtype:
        yield f"is of {value.dtype}, but the spec's dtype is {spec.dtype}."
    if spec.task == "regression":
        if np.shape(label) != (len(spec.targets),):
            yield (
                f"has a label of the shape {np.shape(label)}; it must have a value for each of "
                f"the {len(spec.targets)} targets."
            )
    elif not isinstance(label, int):
        yield f"has a label of type {type(label).__name__}; return int(label)."
    elif not 0 <= label < len(spec.classes):
        yield (
            f"has the label {label}, but with {len(spec.classes)} classes a label must be 0 to "
            f"{len(spec.classes) - 1}."
        )
