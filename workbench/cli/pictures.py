"""Small images in a row on a plain terminal."""

import os
import sys
from collections.abc import Sequence
from itertools import zip_longest
from typing import Literal

from workbench.core.images import ASCII_SHADES, SHADES, Image, Rgb, half_blocks, shades
from workbench.core.text import display_width, printable

Colors = Literal["true", "256", "none"]

_GAP = 2
_RESET = "\x1b[0m"


def terminal_colors() -> Colors:
    """What standard output can show; ``none`` where it is no terminal, or NO_COLOR is set."""
    if os.environ.get("NO_COLOR") or not sys.stdout.isatty():
        return "none"
    if os.environ.get("COLORTERM", "") in ("truecolor", "24bit"):
        return "true"
    return "256" if "256color" in os.environ.get("TERM", "") else "none"


def draw_row(
    pictures: Sequence[tuple[Image, str]], colors: Colors, max_width: int
) -> tuple[str, ...]:
    """As many images beside each other as ``max_width`` holds, each with a caption below."""
    lines: list[list[str]] = []
    used = 0
    for image, caption in pictures:
        if lines and used + _GAP + image.width > max_width:
            break
        used += image.width + (_GAP if lines else 0)
        lines.append([*draw(image, colors), _caption(caption, image.width)])
    widths = [image.width for image, _ in pictures]
    return tuple(
        (" " * _GAP).join(cell or " " * width for cell, width in zip(row, widths, strict=False))
        for row in zip_longest(*lines, fillvalue="")
    )


def draw(image: Image, colors: Colors) -> list[str]:
    """An image as lines: half blocks in colour, or shades without; ASCII where there is no more."""
    is_ascii = not _can_print(f"{SHADES}▀")
    if colors == "none" or is_ascii:
        return shades(image, ASCII_SHADES if is_ascii else SHADES)
    return [
        "".join(f"\x1b[{_code(38, up, colors)};{_code(48, low, colors)}m▀" for up, low in row)
        + _RESET
        for row in half_blocks(image)
    ]


def _can_print(text: str) -> bool:
    try:
        text.encode(sys.stdout.encoding or "ascii")
    except (LookupError, UnicodeEncodeError):
        return False
    return True


def background(color: Rgb, colors: Colors) -> str:
    """What a terminal needs to draw letters on this colour from here on."""
    return "" if colors == "none" else f"\x1b[{_code(48, color, colors)}m"


def _code(layer: int, color: Rgb, colors: Colors) -> str:
    """The terminal's code of a colour; ``layer`` is 38 for the letter, 48 for what is behind."""
    if colors == "true":
        return f"{layer};2;{color[0]};{color[1]};{color[2]}"
    red, green, blue = color
    if red == green == blue:
        return f"{layer};5;{232 + round(red / 255 * 23)}"
    cube = [round(value / 255 * 5) for value in color]
    return f"{layer};5;{16 + 36 * cube[0] + 6 * cube[1] + cube[2]}"


def _caption(text: str, width: int) -> str:
    text = printable(text)
    while display_width(text) > width:
        text = text[:-2] + "…"
    return text + " " * (width - display_width(text))
