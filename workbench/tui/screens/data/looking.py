"""Looking into datasets: what was read so far, and reading more in a worker."""

import math
import shlex
from dataclasses import dataclass, field, replace
from typing import Any

import msgspec

from workbench.api.errors import WorkbenchError
from workbench.api.options import format_value
from workbench.api.specs import DatasetSpec
from workbench.core.config import Config
from workbench.core.data.summary import DatasetItem, DatasetSummary, InspectTask
from workbench.core.images import Image, decode_image, fit
from workbench.core.tasks import run_task

_AT_ONCE = 240
_AT_ONCE_BYTES = 2**19
_LARGEST_SIDE = 28


@dataclass(frozen=True)
class View:
    """The items of a split, or those of one class of it (``label``).

    ``options`` are the dataset's, where a person set some.
    """

    dataset: str
    split: str
    label: int | None = None
    options: tuple[tuple[str, Any], ...] = ()

    @property
    def shell_line(self) -> str:
        """The command that shows the dataset."""
        words = ["workbench", "data", "show", self.dataset]
        for key, value in self.options:
            words += ["--set", f"dataset.{key}={format_value(value)}"]
        return shlex.join(words)


@dataclass(frozen=True)
class Item:
    """An item with its image as it is, and one small enough for a grid."""

    item: DatasetItem
    image: Image | None
    small: Image | None


@dataclass(frozen=True)
class Looked:
    """Items of a view from ``offset`` on, and the dataset's summary."""

    view: View
    offset: int
    summary: DatasetSummary
    items: tuple[Item, ...]


@dataclass(frozen=True)
class Refused:
    """Why a view can't be looked at, as a sentence."""

    view: View
    sentence: str


@dataclass
class Known:
    """The datasets' summaries, and for each view the items that were read last."""

    summaries: dict[str, DatasetSummary] = field(default_factory=dict)
    _read: dict[View, Looked] = field(default_factory=dict)

    def add(self, looked: Looked) -> None:
        """Keep what was read."""
        self.summaries[looked.view.dataset] = looked.summary
        self._read[looked.view] = looked

    def forget(self, dataset: str) -> None:
        """The dataset is another one now."""
        self.summaries.pop(dataset, None)
        self._read = {view: read for view, read in self._read.items() if view.dataset != dataset}

    def total(self, view: View) -> int:
        """How many items the view has; 0 before its dataset was read."""
        summary = self.summaries.get(view.dataset)
        for split in summary.splits if summary else ():
            if split.name == view.split:
                return split.size if view.label is None else split.counts[view.label]
        return 0

    def next_split(self, view: View, spec: DatasetSpec) -> View:
        """The same of the split after this one."""
        summary = self.summaries.get(view.dataset)
        names = [split.name for split in summary.splits] if summary else list(spec.sizes)
        following = names[(names.index(view.split) + 1) % len(names)] if names else view.split
        return replace(view, split=following)

    def items(self, view: View, places: range) -> tuple[Item, ...] | None:
        """The items at these places, or ``None`` where they were not all read."""
        read = self._read.get(view)
        if read is None or places.start < read.offset:
            return None
        found = read.items[places.start - read.offset : places.stop - read.offset]
        return found if len(found) == len(places) else None


def look(config: Config, spec: DatasetSpec, view: View, at: int) -> Looked | Refused:
    """Read items of a view around the one ``at``, or say why that can't be done."""
    count = at_once(spec)
    offset = max(0, at - count // 2)
    task = InspectTask(
        dataset=view.dataset,
        data_dir=str(config.data_dir),
        plugins=tuple(str(path) for path in config.plugin_paths),
        options=dict(view.options),
        split=view.split,
        label=view.label,
        offset=offset,
        count=count,
    )
    try:
        summary = run_task(task)
    except WorkbenchError as error:
        return Refused(view, str(error))
    if not isinstance(summary, DatasetSummary):
        return Refused(view, f"{view.dataset} can't be looked into.")
    items = tuple(_item(item) for item in summary.items)
    return Looked(view, offset, msgspec.structs.replace(summary, items=()), items)


def at_once(spec: DatasetSpec) -> int:
    """How many items are read at once: less where they are large."""
    return max(8, min(_AT_ONCE, _AT_ONCE_BYTES // max(1, math.prod(spec.shape))))


def _item(item: DatasetItem) -> Item:
    image = decode_image(item.shape, item.pixels) if item.pixels else None
    small = fit(image, _LARGEST_SIDE, _LARGEST_SIDE // 2) if image else None
    return Item(item, image, small)
