"""Looking into a dataset for the screens."""

import base64
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np

from workbench.api.data import DatasetInfo, Split
from workbench.api.errors import UserError
from workbench.api.options import parse_options, unknown_name
from workbench.core.data import info_of, load_splits
from workbench.core.data.fitting import check_splits
from workbench.core.data.summary import (
    DatasetItem,
    DatasetSummary,
    InspectTask,
    SplitSummary,
    form_of,
)
from workbench.worker.setup import load_registry

_MAX_COUNTED = 10_000
_MAX_VALUES = 64


def inspect_dataset(task: InspectTask) -> DatasetSummary:
    """Summarise a dataset and draw some items. Raises :class:`UserError`."""
    spec = load_registry({"plugins": task.plugins}).dataset(task.dataset)
    options = parse_options(spec.options, task.options, where="dataset.")
    loaded = load_splits(spec, options, Path(task.data_dir), fetch=False)
    info = replace(info_of(spec, loaded), sizes=loaded.sizes)
    if task.split not in loaded.splits:
        raise UserError(unknown_name(task.split, task.split, loaded.splits, "split"))
    check_splits(info, loaded.splits)
    chosen = loaded.splits[task.split]
    indices = _matching(chosen, task.label)
    return DatasetSummary(
        form=form_of(info),
        source=loaded.source,
        is_sample=loaded.is_sample,
        splits=tuple(_summarise(info, name, split) for name, split in loaded.splits.items()),
        items=tuple(_item(chosen, index) for index in indices[task.offset :][: task.count]),
        matching=len(indices),
    )


def _counted(split: Split) -> tuple[Any, Any]:
    """The inputs and labels that the numbers rest on."""
    arrays = split.arrays()
    if arrays is not None:
        return arrays
    items = [split[index] for index in range(min(len(split), _MAX_COUNTED))]
    return np.array([value for value, _ in items]), np.array([label for _, label in items])


def _summarise(info: DatasetInfo, name: str, split: Split) -> SplitSummary:
    inputs, labels = _counted(split)
    is_regression = info.task == "regression"
    counts = () if is_regression else np.bincount(labels, minlength=len(info.classes)).tolist()
    ends = zip(labels.min(axis=0), labels.max(axis=0), strict=True) if is_regression else ()
    return SplitSummary(
        name=name,
        size=len(split),
        counted=len(labels),
        counts=tuple(counts),
        minimum=float(inputs.min()) if len(inputs) else 0.0,
        maximum=float(inputs.max()) if len(inputs) else 0.0,
        ranges=tuple((float(low), float(high)) for low, high in ends),
    )


def _matching(split: Split, label: int | None) -> list[int]:
    if label is None:
        return list(range(len(split)))
    _, labels = _counted(split)
    found: list[int] = np.flatnonzero(labels == label).tolist()
    return found


def _item(split: Split, index: int) -> DatasetItem:
    value, label = split[index]
    array = np.ascontiguousarray(value)
    is_image = array.dtype == np.uint8 and array.ndim in (2, 3)
    return DatasetItem(
        index=index,
        label=None if np.ndim(label) else int(label),
        shape=array.shape,
        pixels=base64.b64encode(array.tobytes()).decode() if is_image else "",
        values=() if is_image else tuple(array.ravel()[:_MAX_VALUES].astype(float).tolist()),
        targets=tuple(map(float, label)) if np.ndim(label) else (),
    )
