"""How many items each class has in each split, as rows with bars; the targets of a regression."""

from textual.content import Content

from workbench.api.specs import DatasetSpec
from workbench.core.data.summary import DatasetSummary, SplitSummary
from workbench.core.text import printable
from workbench.tui.screens.filter_line import has_words
from workbench.tui.widgets.bars import bar
from workbench.tui.widgets.row_list import Column, Row

ALL = "all"
_BAR = 9
_RANGE = 15
_COLORS = ("$primary", "$secondary", "$accent")


def columns(spec: DatasetSpec, summary: DatasetSummary | None) -> tuple[Column, ...]:
    """The class, and for each split a number and a bar, as far as there is room."""
    if spec.task == "regression":
        ranges = [
            Column(printable(split), _RANGE, "right", rank=index)
            for index, split in enumerate(_names(spec, summary))
        ]
        return (Column("target", 0), *ranges)
    found = [Column("class", 0)]
    for index, split in enumerate(_names(spec, summary)):
        found.append(Column(printable(split), 6, "right", rank=2 * index))
        found.append(Column("", _BAR, rank=2 * index + 1))
    return tuple(found)


def rows(spec: DatasetSpec, summary: DatasetSummary | None) -> list[Row]:
    """All classes together, then each one; its key is its number.

    Of a regression each target, with its smallest and largest value.
    """
    if spec.task == "regression":
        return _targets(spec, summary)
    count = len(_names(spec, summary))
    if summary is None:
        waiting = (Content.styled("…", "$muted"), Content("")) * count
        named = [Row(str(label), (printable(name), *waiting)) for label, name in _classes(spec)]
        return [Row(ALL, (Content.styled("all", "bold"), *waiting)), *named]
    sums = [cell for split in summary.splits for cell in (f"{split.size:,}", "")]
    found = [Row(ALL, (Content.styled("all", "bold"), *sums))]
    for label, name in _classes(spec):
        cells = [cell for i, split in enumerate(summary.splits) for cell in _count(i, split, label)]
        found.append(Row(str(label), (printable(name), *cells)))
    return found


def _targets(spec: DatasetSpec, summary: DatasetSummary | None) -> list[Row]:
    found = []
    for index, target in enumerate(spec.targets):
        cells = [Content.styled("…", "$muted") for _ in _names(spec, summary)]
        if summary is not None:
            ranges = [split.ranges[index] for split in summary.splits]
            cells = [Content(f"{low:.4g}…{high:.4g}") for low, high in ranges]
        found.append(Row(f"{ALL} {index}", (Content.styled(printable(target), "bold"), *cells)))
    return found


def having(rows: list[Row], words: str) -> list[Row]:
    """The rows whose class has all the words."""
    wanted = words.lower().split()
    return [row for row in rows if has_words(str(row.cells[0]), wanted)]


def _classes(spec: DatasetSpec) -> list[tuple[int, str]]:
    return list(enumerate(spec.classes))


def _names(spec: DatasetSpec, summary: DatasetSummary | None) -> list[str]:
    return [split.name for split in summary.splits] if summary else list(spec.sizes)


def _count(index: int, split: SplitSummary, label: int) -> tuple[Content, Content]:
    count, most = split.counts[label], max(split.counts)
    drawn = bar(count / most if most else 0, _BAR)
    return Content(f"{count:,}"), Content.styled(drawn, _COLORS[index % len(_COLORS)])
