"""Text from outside, made safe for a terminal."""

import unicodedata
from collections.abc import Sequence

_EIGHTHS = "▁▂▃▄▅▆▇█"


def printable(text: str) -> str:
    """The text in one line, without control characters and terminal escapes."""
    words = " ".join(text.split())
    return "".join(letter if letter.isprintable() else "�" for letter in words)


def visible(line: str) -> str:
    """A line with its spacing kept and what a terminal would obey written out (``\\x1b``)."""
    if line.isprintable():
        return line
    return "".join(letter if letter.isprintable() else _written(ord(letter)) for letter in line)


def bar_text(counts: Sequence[int]) -> str:
    """A histogram as a bar of eighths for each bin; an empty bin is a space."""
    most = max(counts, default=0)
    return "".join(" " if not count else _EIGHTHS[7 * count // most] for count in counts)


def _written(code: int) -> str:
    return f"\\x{code:02x}" if code < 0x100 else f"\\u{code:04x}"


def display_width(line: str) -> int:
    """How many columns of a terminal a line takes."""
    return sum(_columns(letter) for letter in line)


def _columns(letter: str) -> int:
    if unicodedata.combining(letter):
        return 0
    return 2 if unicodedata.east_asian_width(letter) in "WF" else 1
