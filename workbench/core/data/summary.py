"""What a screen shows of a dataset: plain values that a worker computes and sends."""

from dataclasses import replace
from typing import Any

import msgspec

from workbench.api.data import DatasetInfo, Kind, Task
from workbench.api.formats import values_text
from workbench.api.specs import DatasetSpec


class InspectTask(msgspec.Struct, frozen=True, tag="inspect"):
    """Look into a dataset as a run would get it now; nothing is fetched.

    ``plugins`` are files and folders of plugins beside the configured ones. ``count`` items
    of ``split`` are drawn from ``offset`` on, counted among those of class ``label`` if given.
    """

    dataset: str
    data_dir: str
    plugins: tuple[str, ...] = ()
    options: dict[str, Any] = {}
    split: str = "train"
    label: int | None = None
    offset: int = 0
    count: int = 8


class SplitSummary(msgspec.Struct, frozen=True):
    """A split in numbers: items of each class, and the smallest and largest value stored.

    ``counted`` is how many items that rests on: all, but for a split that doesn't fit in
    memory. A regression has no ``counts``, but the ``ranges`` of its targets, ``(low, high)``.
    """

    name: str
    size: int
    counted: int
    counts: tuple[int, ...]
    minimum: float
    maximum: float
    ranges: tuple[tuple[float, float], ...] = ()


class DatasetItem(msgspec.Struct, frozen=True):
    """One item: ``pixels`` in base64 for a uint8 image, ``values`` for a vector.

    ``label`` is its class; an item of a regression has ``targets`` instead.
    """

    index: int
    label: int | None
    shape: tuple[int, ...]
    pixels: str = ""
    values: tuple[float, ...] = ()
    targets: tuple[float, ...] = ()


class DatasetForm(msgspec.Struct, frozen=True):
    """What :class:`~workbench.api.DatasetInfo` says, once the dataset was loaded."""

    kind: Kind
    shape: tuple[int, ...]
    dtype: str
    classes: tuple[str, ...]
    sizes: dict[str, int]
    task: Task
    targets: tuple[str, ...]


class DatasetSummary(msgspec.Struct, frozen=True, tag="DatasetSummary"):
    """A dataset's splits and some of its items; ``form`` is its classes, shape and the like.

    ``matching`` is how many items of the asked split have the asked label.
    """

    form: DatasetForm
    source: str
    is_sample: bool
    splits: tuple[SplitSummary, ...]
    items: tuple[DatasetItem, ...]
    matching: int


def form_of(info: DatasetInfo) -> DatasetForm:
    """The form of a loaded dataset."""
    return DatasetForm(
        info.kind,
        info.shape,
        info.dtype,
        info.classes,
        dict(info.sizes),
        info.task,
        info.targets,
    )


def in_full(spec: DatasetSpec, summary: DatasetSummary | None) -> DatasetSpec:
    """The spec with what is known of it once it was loaded, if its options make it."""
    if summary is None or spec.describe is None:
        return spec
    return replace(spec, **{name: getattr(summary.form, name) for name in _FORM})


_FORM = DatasetForm.__struct_fields__


def label_text(spec: DatasetSpec, item: DatasetItem) -> str:
    """The class of an item, or the values of a regression."""
    if item.label is None:
        return values_text(item.targets, spec.targets)
    return spec.classes[item.label]
