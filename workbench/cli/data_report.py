"""How ``workbench data`` prints what it finds."""

import shutil
import sys
from collections.abc import Sequence
from types import TracebackType

import click

from workbench.api.specs import DatasetSpec
from workbench.cli.output import print_table, say, write_note
from workbench.cli.pictures import draw_row, terminal_colors
from workbench.core.data import DataStatus, Progress
from workbench.core.data.summary import DatasetItem, DatasetSummary, in_full, label_text
from workbench.core.images import decode_image, fit
from workbench.core.text import printable

_HEAD = ("NAME", "KIND", "SHAPE", "CLASSES", "TRAIN", "TEST", "DATA")
_MIB = 1024 * 1024
_PICTURE_COLUMNS, _PICTURE_ROWS = 28, 14


class ProgressLines:
    """Progress on standard error: a line a message, with the amount rewritten in place."""

    def __init__(self) -> None:
        self._last = ("", "")
        self._is_terminal = sys.stderr.isatty()

    def __enter__(self) -> "ProgressLines":
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        if self._is_terminal and self._last != ("", ""):
            write_note("")

    def __call__(self, progress: Progress) -> None:
        """Print a progress, or only what changed."""
        key = (progress.step, progress.message)
        line = printable(f"{progress.step}: {progress.message}")
        if self._is_terminal:
            new_line = "\n" if self._last not in (("", ""), key) else ""
            amount = f" {progress.done_bytes / _MIB:.1f} MiB" if progress.done_bytes else ""
            write_note(f"{new_line}\r\x1b[K{line}{amount}", nl=False)
        elif key != self._last:
            write_note(line)
        self._last = key


def print_datasets(rows: Sequence[tuple[str, DatasetSpec, DataStatus]]) -> None:
    """Print the table of all datasets."""
    print_table(_HEAD, [_dataset_row(name, spec, status) for name, spec, status in rows])


def _dataset_row(name: str, spec: DatasetSpec, status: DataStatus) -> tuple[str, ...]:
    sizes = [f"{spec.sizes[split]:,}" if spec.sizes else "" for split in ("train", "test")]
    return (name, spec.kind, _shape(spec), _labels(spec), *sizes, _status(name, status))


def _labels(spec: DatasetSpec) -> str:
    """How many classes there are, or what else is to be said of an item."""
    if spec.task == "regression":
        return "values"
    return str(len(spec.classes)) if spec.classes else ""


def _status(name: str, status: DataStatus) -> str:
    match status.state:
        case "full" | "made":
            return f"full ({status.source})"
        case "own":
            return "your own files; say where with --set dataset.path=PATH"
        case "unverified":
            return "full, not yet verified"
        case "sample":
            return f"sample only; `workbench data fetch {name}` gets all"
        case "missing":
            return f"missing; `workbench data fetch {name}` gets it"


def print_summary(name: str, spec: DatasetSpec, found: DatasetSummary) -> None:
    """Print all that there is to say of a dataset, and pictures of its first items."""
    spec = in_full(spec, found)
    say(f"{spec.title}: {spec.description}")
    say(f"Items     {spec.kind} {_shape(spec)} {spec.dtype}")
    for split in found.splits:
        rests = f" (of the first {split.counted:,})" if split.counted < split.size else ""
        values = f"values {split.minimum:g} to {split.maximum:g}{rests}"
        for target, (low, high) in zip(spec.targets, split.ranges, strict=True):
            values += f", {target} {low:g} to {high:g}"
        say(f"{split.name:<9} {split.size:,} items, {values}")
    if found.is_sample:
        full = " + ".join(f"{size:,}" for size in spec.sizes.values())
        say(f"Source    SAMPLE of the full {full}; `workbench data fetch {name}` gets all")
    else:
        say(f"Source    {found.source}")
    if spec.licence:
        say(f"Licence   {spec.licence}")
    if spec.homepage:
        say(f"Homepage  {spec.homepage}")
    say()
    if spec.classes:
        _print_classes(spec, found)
        say()
    _print_items(spec, found.items)


def _print_classes(spec: DatasetSpec, found: DatasetSummary) -> None:
    head = ["CLASS", *(split.name.upper() for split in found.splits)]
    counts = zip(*(split.counts for split in found.splits), strict=True)
    rows = [
        [name, *(f"{count:,}" for count in of_class)]
        for name, of_class in zip(spec.classes, counts, strict=True)
    ]
    print_table(head, rows)


def _print_items(spec: DatasetSpec, items: Sequence[DatasetItem]) -> None:
    pictures = []
    for item in items:
        label = label_text(spec, item)
        image = decode_image(item.shape, item.pixels)
        if image is not None:
            pictures.append((fit(image, _PICTURE_COLUMNS, _PICTURE_ROWS), label))
        elif item.values:
            values = ", ".join(f"{value:g}" for value in item.values)
            say(f"({values})  {label}")
    width = shutil.get_terminal_size().columns
    for line in draw_row(pictures, terminal_colors(), width):
        click.echo(line)  # made of escapes and of captions that are printable


def _shape(spec: DatasetSpec) -> str:
    return "x".join(str(length) for length in spec.shape)
