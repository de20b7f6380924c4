"""How pictures with captions share a rectangle."""

from dataclasses import dataclass

_SIDES = (28, 24, 20, 18, 16, 14, 12, 10, 8)
_COUNTS = (40, 15, 6, 2, 1)
LARGEST = len(_COUNTS) // 2
"""As many steps a grid can be made larger, and smaller."""
_LEAST_CELL = 12
_WIDEST_GAP = 3


@dataclass(frozen=True)
class Arrangement:
    """Cells of a picture, at most ``side`` columns wide, over ``captions`` lines of text."""

    side: int
    captions: int
    columns: int
    rows: int
    cell_width: int
    gap: int = 1

    @property
    def cell_height(self) -> int:
        """Rows of a picture and its captions."""
        return self.side // 2 + self.captions

    @property
    def count(self) -> int:
        """How many items it shows."""
        return self.columns * self.rows


def arrange(width: int, height: int, captions: int, zoom: int) -> Arrangement | None:
    """The largest pictures with which a good number fits: 6, fewer when zoomed in.

    ``None`` where not even the smallest one does.
    """
    wanted = _COUNTS[LARGEST + zoom]
    best = None
    for side in _SIDES:
        cell = max(side, _LEAST_CELL)
        columns, rows = (width + 1) // (cell + 1), height // (side // 2 + captions)
        gap = min(_WIDEST_GAP, max(1, (width - columns * cell) // max(1, columns)))
        found = Arrangement(side, captions, columns, rows, cell, gap)
        if found.count >= wanted:
            return found
        if found.count and (best is None or (found.count > best.count and side >= _LEAST_CELL)):
            best = found
    return best
