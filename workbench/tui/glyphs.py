"""Which characters the terminal can show, and what stands for those that it can't."""

from __future__ import annotations

import os
import unicodedata
from collections.abc import Mapping
from functools import lru_cache
from typing import TYPE_CHECKING, Literal

from rich.cells import cell_len
from rich.segment import Segment
from textual.filter import LineFilter

if TYPE_CHECKING:
    from textual.color import Color

GlyphLevel = Literal["unicode", "ascii"]

_ASCII_TERMS = ("linux", "dumb", "vt")
# Python puts one of these into LC_CTYPE by itself where the locale is C, or is not installed.
_COERCED = ("c.utf-8", "c.utf8", "utf-8")

# Everything that the interface draws with; `…` and `·` are by far the most frequent.
_LOOKALIKES = {
    **dict.fromkeys("─━┄┈╌╴╶╸╺–—", "-"),
    **dict.fromkeys("│┃┊▌▐▎▏▊·", "|"),
    **dict.fromkeys("╭╮╰╯┌┐└┘├┤┬┴┼", "+"),
    **dict(zip("▁▂▃▄▅▆▇█", "_.-=+*%#", strict=True)),
    **dict(zip("░▒▓▀▔", '.:%"^', strict=True)),
    **dict(zip("●○◌◐◆◇■▣★☆", "*oo%**##**", strict=True)),
    **dict(zip("✓✗✕✚✎↻‖", "+xx+nr=", strict=True)),
    **dict(zip("←→↑↓▸▴▾▲▼⏎⌫", "<>^v>^v^v<<", strict=True)),
    **dict(zip("…×÷≈η“”‘’°\ufffd", ".x/~n\"\"''o?", strict=True)),
}
_ROWS = (0x09, 0x12, 0x24, 0xC0)
_DENSE = 6

_KEY_WORDS = {
    "⏎": "enter", "⌫": "backspace", "←": "left", "→": "right", "↑": "up", "↓": "down",
}  # fmt: skip


def glyph_level(environ: Mapping[str, str] = os.environ) -> GlyphLevel:
    """What the terminal can show, by its name and the charset of the locale.

    Where the locale is not set at all, as in many containers, Unicode is assumed.
    """
    if environ.get("TERM", "").startswith(_ASCII_TERMS):
        return "ascii"
    spoken = environ.get("LC_CTYPE", "")
    if spoken.lower() in _COERCED and environ.get("LANG"):
        spoken = ""
    locale = environ.get("LC_ALL") or spoken or environ.get("LANG") or "UTF-8"
    return "unicode" if "utf" in locale.lower() else "ascii"


def key_words(key: str) -> str:
    """The name of a key in letters."""
    return _KEY_WORDS.get(key, key)


@lru_cache(4096)
def lookalike(text: str) -> str:
    """The text in ASCII, in as many cells."""
    return text if text.isascii() else "".join(map(_one, text))


def _one(character: str) -> str:
    if character.isascii():
        return character
    known = _LOOKALIKES.get(character)
    if known is not None:
        return known
    if 0x2800 <= ord(character) <= 0x28FF:
        return _dots(ord(character) - 0x2800)
    width = cell_len(character)
    base = unicodedata.normalize("NFKD", character)[0]
    return base if base.isascii() and width == 1 else "?" * width


def _dots(bits: int) -> str:
    """A cell of eight dots by where they are."""
    rows = [index for index, row in enumerate(_ROWS) if bits & row]
    if bits.bit_count() >= _DENSE:
        return "#"
    if not rows or rows in ([1], [2], [1, 2]):
        return "-" if rows else " "
    if rows[-1] <= 1 or rows[0] >= 2:
        return "'" if rows[-1] <= 1 else "."
    return ":"


class AsciiGlyphs(LineFilter):
    """Draws every line of the screen, whoever made it, with what ASCII has."""

    def apply(self, segments: list[Segment], background: Color) -> list[Segment]:
        """The same cells in other characters."""
        return [
            segment if segment.text.isascii() else Segment(lookalike(segment.text), *segment[1:])
            for segment in segments
        ]
