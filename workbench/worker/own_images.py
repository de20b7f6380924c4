"""A person's own image, brought to what a dataset's images are, step by step.

Only this module uses Pillow.
"""

import base64
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from PIL import Image, ImageOps, ImageStat, UnidentifiedImageError

from workbench.api.errors import UserError
from workbench.core.prediction import Invert, TransformStep

# Raster formats whose decoders run inside Pillow; others may start programs.
FORMATS = ("PNG", "JPEG", "BMP", "GIF", "WEBP", "TIFF", "PPM")
SUFFIXES = frozenset(
    (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
)
# Decoded, so many pixels are 200 MB.
MAX_PIXELS = 50_000_000
MAX_FILES = 10_000
_SHOWN_SIDE = 256
_DRAFT_SIDE = 1024


@dataclass(frozen=True)
class Target:
    """What a dataset's images are: size, 1 or 3 channels, and whether on black."""

    height: int
    width: int
    channels: int
    is_on_black: bool


@dataclass(frozen=True)
class Transformed:
    """An image as the dataset stores its own: uint8 bytes in C order, and how it got there."""

    content: bytes
    is_inverted: bool
    steps: tuple[TransformStep, ...]


def find_images(paths: tuple[str, ...]) -> list[Path]:
    """The files, and the images in folders by name. Raises :class:`UserError`."""
    found: list[Path] = []
    for text in paths:
        path = Path(text).expanduser()
        if not path.is_dir():
            found.append(path)
            continue
        inside = sorted(item for item in path.iterdir() if item.suffix.lower() in SUFFIXES)
        if not inside:
            raise UserError(f"The folder {path} has no images; there are none like *.png in it.")
        found += inside
    if len(found) > MAX_FILES:
        raise UserError(f"These are {len(found):,} images; give at most {MAX_FILES:,} at once.")
    return found


def transform_file(path: Path, target: Target, invert: Invert) -> Transformed:
    """Open an image file and transform it. Raises :class:`UserError` for one that is none."""
    if not path.is_file():
        raise UserError(f"There is no file {path}.")
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of sizes, which are checked below
            with Image.open(path, formats=FORMATS) as image:
                size, kind = image.size, image.format
                _bound(image, path)
                upright = ImageOps.exif_transpose(image)
    except UnidentifiedImageError:
        raise UserError(f"{path} is not an image (or not {_formats()}).") from None
    except Image.DecompressionBombError:
        raise UserError(_too_large(path, "far more")) from None
    except UserError:
        raise
    except (OSError, ValueError, SyntaxError, EOFError) as error:
        reason = getattr(error, "strerror", None) or "it is damaged or cut short"
        raise UserError(f"{path} can't be read as an image: {reason}.") from None
    return transform(upright, target, invert, note=f"{size[0]:,}x{size[1]:,} {kind}")


def _formats() -> str:
    return f"{', '.join(FORMATS[:-1])} or {FORMATS[-1]}"


def _bound(image: Image.Image, path: Path) -> None:
    """Let a JPEG be decoded smaller; refuse what would be too large in memory."""
    if image.width * image.height > MAX_PIXELS:
        image.draft(None, (_DRAFT_SIDE, _DRAFT_SIDE))
    if image.width * image.height > MAX_PIXELS:
        raise UserError(_too_large(path, f"{image.width:,}x{image.height:,}"))


def _too_large(path: Path, pixels: str) -> str:
    return (
        f"{path} is too large with {pixels} pixels; make it smaller first (at most "
        f"{MAX_PIXELS // 1_000_000} million pixels)."
    )


def transform(image: Image.Image, target: Target, invert: Invert, note: str) -> Transformed:
    """Bring an image to the target: colours, a border to its proportions, size, inversion."""
    shown = [_shown("original", note, image)]
    for name, said, changed in _steps(image, target):
        image = changed
        shown.append(_shown(name, said, image))
    is_inverted, why = _decide(image, target, invert)
    if is_inverted:
        image = ImageOps.invert(image)
        shown.append(_shown("inverted", why, image))
    return Transformed(image.tobytes(), is_inverted, tuple(shown))


def _steps(image: Image.Image, target: Target) -> Iterator[tuple[str, str, Image.Image]]:
    """Each step that changes the image, with its name and what it did."""
    if image.mode == "F":
        raise UserError("An image of floating-point numbers has no brightness from 0 to 255.")
    if image.mode.startswith("I"):
        # 16-bit files; converting alone would cut off what is above 255.
        image = image.convert("I").point(lambda value: value * (1 / 256)).convert("L")
        yield "8 bits", "of 16 bits a pixel the upper 8", image
    if image.has_transparency_data:
        white = Image.new("RGBA", image.size, "white")
        image = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
        yield "opaque", "laid on white", image
    mode = "L" if target.channels == 1 else "RGB"
    if image.mode != mode:
        image = image.convert(mode)
        if target.channels == 1:
            yield "grey", "its brightness alone", image
        else:
            yield "colour", "red, green and blue", image
    size = _fitting(image, target)
    if image.size != size:
        image = image.resize(size, Image.Resampling.BILINEAR)
        yield "resized", f"to {size[0]}x{size[1]}, as much as fits", image
    if size != (target.width, target.height):
        image = _pad(image, target)
        said = f"to {target.width}x{target.height} with the colour of its border"
        yield "padded", said, image


def _fitting(image: Image.Image, target: Target) -> tuple[int, int]:
    """The largest size inside the target with the image's proportions."""
    scale = min(target.width / image.width, target.height / image.height)
    return max(1, round(image.width * scale)), max(1, round(image.height * scale))


def _pad(image: Image.Image, target: Target) -> Image.Image:
    """The image in the middle of one of the target's size."""
    canvas = Image.new(image.mode, (target.width, target.height), _border_color(image))
    place = ((target.width - image.width) // 2, (target.height - image.height) // 2)
    canvas.paste(image, place)
    return canvas


def _border_color(image: Image.Image) -> tuple[int, ...]:
    """The median of the outermost pixels."""
    return tuple(ImageStat.Stat(image, _ring(image)).median)


def _ring(image: Image.Image) -> Image.Image:
    """A mask of the border: a tenth of each side, at least a pixel."""
    across, down = (max(1, side // 10) for side in image.size)
    mask = Image.new("L", image.size, 255)
    if image.width > 2 * across and image.height > 2 * down:
        mask.paste(0, (across, down, image.width - across, image.height - down))
    return mask


def _decide(image: Image.Image, target: Target, invert: Invert) -> tuple[bool, str]:
    """Whether to invert, and why."""
    if invert != "auto":
        return invert == "yes", "as asked for"
    if not target.is_on_black:
        return False, ""
    border, centre = border_and_centre(image)
    return border > centre, "its border is brighter than its centre"


def border_and_centre(image: Image.Image) -> tuple[float, float]:
    """The mean brightness of the border and of what is inside, from 0 to 255."""
    grey, ring = image.convert("L"), _ring(image)
    inside = ring.point(lambda value: 255 - value)
    border = ImageStat.Stat(grey, ring).mean[0]
    return border, ImageStat.Stat(grey, inside).mean[0] if inside.getbbox() else border


def _shown(name: str, note: str, image: Image.Image) -> TransformStep:
    """A step as a small picture."""
    # The whole of a large image is not copied.
    small = image.reduce(factor) if (factor := max(image.size) // _SHOWN_SIDE) > 1 else image
    small = small.copy()
    small.thumbnail((_SHOWN_SIDE, _SHOWN_SIDE))
    if small.mode not in ("L", "RGB"):
        small = small.convert("RGBA" if small.has_transparency_data else "RGB")
    channels = len(small.getbands())
    shape = (small.height, small.width) if channels == 1 else (small.height, small.width, channels)
    pixels = base64.b64encode(small.tobytes()).decode()
    return TransformStep(name=name, note=note, shape=shape, pixels=pixels)
