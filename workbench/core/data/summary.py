"""What a screen shows of a dataset: plain values that a worker computes and sends."""

from typing import Any

import msgspec


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
    memory.
    """

    name: str
    size: int
    counted: int
    counts: tuple[int, ...]
    minimum: float
    maximum: float


class DatasetItem(msgspec.Struct, frozen=True):
    """One item: ``pixels`` in base64 for a uint8 image, ``values`` for a vector."""

    index: int
    label: int
    shape: tuple[int, ...]
    pixels: str = ""
    values: tuple[float, ...] = ()


class DatasetSummary(msgspec.Struct, frozen=True, tag="DatasetSummary"):
    """A dataset's splits and some of its items.

    ``matching`` is how many items of the asked split have the asked label.
    """

    source: str
    is_sample: bool
    splits: tuple[SplitSummary, ...]
    items: tuple[DatasetItem, ...]
    matching: int
