"""Images through kitty's graphics protocol, with Unicode placeholders.

The pixels are sent once, beside the screen. What stands on the screen are ordinary characters:
each says by its colour of which image, and by its diacritics of which row and column, it is.
So pictures move, are covered and cleared as any text.
"""

import base64
import zlib
from collections import OrderedDict
from collections.abc import Callable, Iterator
from functools import lru_cache

from rich.color import Color
from rich.segment import Segment
from rich.style import Style

Write = Callable[[str], None]

_PLACEHOLDER = "\U0010eeee"
# The protocol's table of diacritics, as far as it is needed here.
_RANGES = (
    "305 30d-30e 310 312 33d-33f 346 34a-34c 350-352 357 35b 363-36f 483-487 592-595 597-599 "
    "59c-5a1 5a8-5a9 5ab-5ac 5af 5c4 610-617 657-65b 65d-65e 6d6-6dc 6df-6e2 6e4 6e7-6e8 "
    "6eb-6ec 730 732-733 735-736 73a 73d 73f-741 743 745 747 749-74a 7eb-7f1 7f3 816-819 "
    "81b-823 825-827 829-82d"
)
_CHUNK = 4096
_KEPT = 200
_SHARPEST = 8


def _marks() -> Iterator[str]:
    for part in _RANGES.split():
        first, _, last = part.partition("-")
        yield from map(chr, range(int(first, 16), int(last or first, 16) + 1))


@lru_cache(1)
def _table() -> tuple[str, ...]:
    return tuple(_marks())


class Graphics:
    """The images that the terminal holds; ``write`` sends it an escape sequence.

    Of each terminal session the numbers begin at ``first``, so that two programs in one
    terminal don't mix up theirs.
    """

    def __init__(self, write: Write, first: int) -> None:
        self._write = write
        self._next = first & 0xFFFFFF
        self._held: OrderedDict[tuple[bytes, int, int, int], int] = OrderedDict()

    def cells(
        self, rgb: bytes, width: int, height: int, columns: int, rows: int, base: Style
    ) -> list[list[Segment]]:
        """Cells over ``base`` that show an image of ``width`` x ``height`` pixels of 3 bytes."""
        most = len(_table())
        columns, rows = min(columns, most), min(rows, most)
        key = (rgb, width, columns, rows)
        number = self._held.get(key)
        if number is None:
            number = self._held[key] = self._number()
            self._send(number, rgb, width, height, columns, rows)
        self._held.move_to_end(key)
        while len(self._held) > _KEPT:
            self._delete(self._held.popitem(last=False)[1])
        return _placeholders(number, columns, rows, base)

    def forget(self) -> None:
        """Let the terminal free them all."""
        for number in self._held.values():
            self._delete(number)
        self._held.clear()

    def _number(self) -> int:
        self._next = self._next % 0xFFFFFF + 1
        return self._next

    def _send(
        self, number: int, rgb: bytes, width: int, height: int, columns: int, rows: int
    ) -> None:
        # A terminal enlarges smoothly; pixels are to be seen as what they are.
        times = max(1, min(_SHARPEST, round(10 * columns / width)))
        content = zlib.compress(_enlarged(rgb, width, times), 1)
        text = base64.b64encode(content).decode()
        head = (
            f"a=T,U=1,q=2,i={number},f=24,o=z,s={width * times},v={height * times},"
            f"c={columns},r={rows},"
        )
        for start in range(0, len(text), _CHUNK):
            more = int(start + _CHUNK < len(text))
            part = text[start : start + _CHUNK]
            self._write(f"\x1b_G{head if not start else ''}m={more};{part}\x1b\\")

    def _delete(self, number: int) -> None:
        self._write(f"\x1b_Ga=d,d=I,i={number},q=2;\x1b\\")


def _enlarged(rgb: bytes, width: int, times: int) -> bytes:
    """Each pixel as so many in both directions."""
    if times == 1:
        return rgb
    made = bytearray()
    for start in range(0, len(rgb), 3 * width):
        row = rgb[start : start + 3 * width]
        wide = b"".join(row[at : at + 3] * times for at in range(0, len(row), 3))
        made += wide * times
    return bytes(made)


def _placeholders(number: int, columns: int, rows: int, base: Style) -> list[list[Segment]]:
    table = _table()
    color = Color.from_rgb(number >> 16, number >> 8 & 255, number & 255)
    style = base + Style(color=color)
    return [
        [Segment(f"{_PLACEHOLDER}{table[y]}{table[x]}", style) for x in range(columns)]
        for y in range(rows)
    ]
