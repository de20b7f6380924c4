"""Laying out a line of a table as runs of text, each with its style."""

from collections.abc import Sequence
from typing import Literal

from rich.cells import cell_len, set_cell_size

from workbench.tui.widgets.row_list import Column

Cell = tuple[tuple[str, str], ...]
"""Runs of text, each with a style as Textual writes it, e.g. ``bold $success``."""
Align = Literal["left", "right"]

_FLEXIBLE_LEAST = 14


def plain(text: str, style: str = "") -> Cell:
    """A cell of one style."""
    return ((text, style),)


def columns_that_fit(columns: Sequence[Column], width: int, gap: int) -> list[Column]:
    """The columns without those of the highest ranks that there is no room for."""
    shown = list(columns)
    while True:
        used = sum(column.width or _FLEXIBLE_LEAST for column in shown) + gap * (len(shown) - 1)
        worst = max(shown, key=lambda column: column.rank)
        if used <= width or worst.rank == 0:
            return shown
        shown.remove(worst)


def widths_of(columns: Sequence[Column], width: int, gap: int) -> list[int]:
    """How wide each column is; those of width 0 share what the others leave."""
    fixed = sum(column.width for column in columns) + gap * (len(columns) - 1)
    flexible = sum(not column.width for column in columns)
    return [column.width or max(1, (width - fixed) // flexible) for column in columns]


def fit(cell: Cell, width: int, align: Align) -> Cell:
    """The cell in exactly so many columns of the terminal, with an ellipsis where it is cut."""
    used = sum(cell_len(text) for text, _ in cell)
    if used <= width:
        blank = (" " * (width - used), "")
        return (blank, *cell) if align == "right" else (*cell, blank)
    room = width - 1
    kept: list[tuple[str, str]] = []
    for text, style in cell:
        length = min(room, cell_len(text))
        kept.append((set_cell_size(text, length), style))
        room -= length
    last = next((style for _, style in reversed(kept)), "")
    return (*kept, ("…", last)) if width > 0 else ()
