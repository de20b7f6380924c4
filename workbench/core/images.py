"""Small images as terminal cells: two pixels a cell with half blocks, or a ramp of shades."""

import base64
import binascii
import math
from dataclasses import dataclass

Rgb = tuple[int, int, int]

SHADES = " ░▒▓█"
ASCII_SHADES = " .:-=+*#%@"


@dataclass(frozen=True)
class Image:
    """An image of ``height`` rows of ``width`` pixels, row by row."""

    width: int
    height: int
    pixels: tuple[Rgb, ...]

    def at(self, x: int, y: int) -> Rgb:
        """The pixel in column ``x`` of row ``y``; black below the last row."""
        return self.pixels[y * self.width + x] if y < self.height else (0, 0, 0)


def decode_image(shape: tuple[int, ...], pixels: str) -> Image | None:
    """The image of a sample: uint8 bytes in base64, ``(height, width)`` or ``(..., channels)``.

    ``None`` if there is none, or the bytes don't fit the shape.
    """
    try:
        content = base64.b64decode(pixels, validate=True)
    except binascii.Error:
        return None
    return image_from_bytes(shape, content)


def image_from_bytes(shape: tuple[int, ...], content: bytes) -> Image | None:
    """The image of uint8 bytes in C order with 1 (or no) channel axis for grey, or 3 or 4."""
    if len(shape) not in (2, 3) or not content or math.prod(shape) != len(content):
        return None
    height, width = shape[:2]
    channels = shape[2] if len(shape) == 3 else 1
    if channels == 1:
        return Image(width, height, tuple((value, value, value) for value in content))
    if channels not in (3, 4):
        return None
    starts = range(0, len(content), channels)
    found = tuple((content[at], content[at + 1], content[at + 2]) for at in starts)
    return Image(width, height, found)


def resize(image: Image, width: int, height: int) -> Image:
    """The image at another size: each new pixel is the mean of the area it covers."""
    if (width, height) == (image.width, image.height):
        return image
    columns, rows = _covered(image.width, width), _covered(image.height, height)
    if all(red == green == blue for red, green, blue in image.pixels):  # a third of the work
        grey = _area_means([pixel[0] for pixel in image.pixels], image.width, columns, rows)
        return Image(width, height, tuple((value, value, value) for value in grey))
    planes = (
        _area_means([pixel[channel] for pixel in image.pixels], image.width, columns, rows)
        for channel in range(3)
    )
    return Image(width, height, tuple(zip(*planes, strict=True)))


Shares = list[list[tuple[int, float]]]
"""For each new pixel of an axis the source pixels under it, with the part of it each makes."""


def _covered(source: int, size: int) -> Shares:
    scale = source / size
    covered = []
    for index in range(size):
        begin, end = index * scale, (index + 1) * scale
        places = range(int(begin), min(math.ceil(end), source))
        lengths = [min(end, place + 1) - max(begin, place) for place in places]
        whole = sum(lengths)
        covered.append([(at, length / whole) for at, length in zip(places, lengths, strict=True)])
    return covered


def _area_means(plane: list[int], stride: int, columns: Shares, rows: Shares) -> list[int]:
    """One channel at the new size: along the rows first, then along the columns."""
    narrow = [
        [sum(share * plane[start + at] for at, share in column) for column in columns]
        for start in range(0, len(plane), stride)
    ]
    return [
        round(sum(share * narrow[at][x] for at, share in row))
        for row in rows
        for x in range(len(columns))
    ]


def fit(image: Image, columns: int, rows: int) -> Image:
    """The image as large as fits into so many cells of two pixels, never enlarged."""
    scale = min(1.0, columns / image.width, 2 * rows / image.height)
    width, height = max(1, int(image.width * scale)), max(1, int(image.height * scale))
    return resize(image, width, height)


def fill(image: Image, columns: int, rows: int) -> Image:
    """The image as large as fits into so many cells, enlarged by a whole number only."""
    times = min(columns // image.width, 2 * rows // image.height)
    if times < 2:
        return fit(image, columns, rows)
    pixels = tuple(
        image.at(x // times, y // times)
        for y in range(image.height * times)
        for x in range(image.width * times)
    )
    return Image(image.width * times, image.height * times, pixels)


def half_blocks(image: Image) -> list[list[tuple[Rgb, Rgb]]]:
    """Rows of cells, each the colours of its upper and lower pixel, to be drawn with ``▀``."""
    return [
        [(image.at(x, y), image.at(x, y + 1)) for x in range(image.width)]
        for y in range(0, image.height, 2)
    ]


def shades(image: Image, ramp: str = SHADES) -> list[str]:
    """Rows of text for a terminal with few colours: each cell's mean brightness as a shade."""
    return [
        "".join(_shade((brightness(upper) + brightness(lower)) / 2, ramp) for upper, lower in row)
        for row in half_blocks(image)
    ]


def brightness(color: Rgb) -> float:
    """How bright a colour looks, from 0 to 255 (Rec. 601 luma)."""
    red, green, blue = color
    return 0.299 * red + 0.587 * green + 0.114 * blue


def _shade(value: float, ramp: str) -> str:
    return ramp[min(len(ramp) - 1, int(value / 256 * len(ramp)))]
