"""What the terminal shows already, so that only what differs is sent to it.

Textual sends a whole frame for each change of a layout, and two or three of them when a dialog
opens, though most of each is on the screen. Over a slow line that is what one waits for.
"""

from collections.abc import Iterator
from functools import lru_cache

from rich.cells import cell_len, chop_cells
from rich.console import Console
from rich.control import Control
from rich.style import Style
from textual._compositor import ChopsUpdate, CompositorUpdate, LayoutUpdate
from textual.strip import Strip

Piece = tuple[int, int, Strip]
"""A row, its first column, and what is there."""

Cell = tuple[str, tuple[object, ...]]
"""A character and how it looks; a character of two columns is followed by an empty one."""

_NEAR = 8
"""Columns that stayed the same are sent too, where fewer lie between two that changed: to move
the cursor over them takes as long."""


class Shown:
    """The rows of the terminal, as far as they are known."""

    def __init__(self) -> None:
        self._rows: dict[int, list[Cell]] = {}

    def forget(self) -> None:
        """The terminal may show something else: send all of the next frame."""
        self._rows.clear()

    def send(self, y: int, x: int, strip: Strip, console: Console) -> str:
        """What the terminal must be sent to show a strip there; empty where it does."""
        now = _cells(strip)
        row = self._rows.get(y)
        if row is None:
            if x == 0:
                self._rows[y] = now
            return _at(x, y, strip, console)
        before = row[x : x + len(now)]
        if before == now:
            return ""
        row[x : x + len(now)] = now
        return "".join(
            [
                _at(x + start, y, strip.crop(start, stop), console)
                for start, stop in _changed(before, now)
            ]
        )


class Difference(CompositorUpdate):
    """An update less what the terminal shows already."""

    def __init__(self, shown: Shown, update: LayoutUpdate | ChopsUpdate) -> None:
        self._shown = shown
        self._update = update

    def render_segments(self, console: Console) -> str:
        """What is to be written to the terminal; once, for it is taken as shown from then on."""
        update = self._update
        pieces = _rows_of(update) if isinstance(update, LayoutUpdate) else _pieces_of(update)
        return "".join([self._shown.send(y, x, strip, console) for y, x, strip in pieces])


def _rows_of(update: LayoutUpdate) -> Iterator[Piece]:
    for y, strips in enumerate(update.strips, update.region.y):
        yield y, update.region.x, Strip.join(strips)


def _pieces_of(update: ChopsUpdate) -> Iterator[Piece]:
    """The parts of widgets within each span of a row that changed."""
    for y, first, stop in update.spans:
        for end, (x, strip) in zip(update.chop_ends[y], update.chops[y].items(), strict=False):
            if strip is not None and x < stop and end > first:
                yield y, x, strip.crop(0, min(end, stop) - x)


def _changed(before: list[Cell], now: list[Cell]) -> Iterator[tuple[int, int]]:
    """The first column and the one after the last of each stretch that changed."""
    size = len(now)
    stretch: tuple[int, int] | None = None
    for at, cell in enumerate(now):
        if at < len(before) and before[at] == cell:
            continue
        start, stop = at, at + 1
        while start and not now[start][0]:  # never half a character
            start -= 1
        while stop < size and not now[stop][0]:
            stop += 1
        if stretch is not None and start - stretch[1] < _NEAR:
            start = min(start, stretch[0])
        elif stretch is not None:
            yield stretch
        stretch = start, max(stop, stretch[1] if stretch else 0)
    if stretch is not None:
        yield stretch


def _cells(strip: Strip) -> list[Cell]:
    cells: list[Cell] = []
    for text, style, _ in strip:
        look, blank = _looks(style)
        if cell_len(text) == len(text):
            cells += [(letter, blank if letter == " " else look) for letter in text]
            continue
        for letter in filter(None, chop_cells(text, 1)):  # marks stay with their letter
            cells.append((letter, look))
            cells += [("", look)] * (cell_len(letter) - 1)
    return cells


@lru_cache(4096)
def _looks(style: Style | None) -> tuple[tuple[object, ...], tuple[object, ...]]:
    """How a letter and how a blank looks in a style."""
    if style is None:
        return (), ()
    lines = (style.underline, style.underline2, style.strike, style.overline, style.reverse)
    marks = (*lines, style.bold, style.dim, style.italic, style.blink, style.blink2)
    look = (style.color, style.bgcolor, style.link, *map(bool, marks))
    return look, look if any(lines) else (style.bgcolor,)


def _at(x: int, y: int, strip: Strip, console: Console) -> str:
    return f"{Control.move_to(x, y).segment.text}{strip.render(console)}"
