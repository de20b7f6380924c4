"""One prediction in depth on a terminal: pictures beside each other, probabilities as bars."""

import shutil
from collections.abc import Sequence

import click

from workbench.api.events import Sample
from workbench.cli.output import say
from workbench.cli.pictures import draw_row, terminal_colors
from workbench.core.images import Image, decode_image, fit
from workbench.core.text import display_width, printable
from workbench.core.units import percent_text

_COLUMNS, _ROWS = 36, 14  # of a picture; one of 28x28 is shown as it is
_BAR = 30
_MOST = 10


def print_sample(sample: Sample, split: str, classes: Sequence[str]) -> None:
    """An item: its picture, its saliency map beside it, and all that the model thinks of it."""
    told = f"item {sample.index} of {split}"
    if sample.confidence is not None:
        mark = "✓ right" if sample.predicted == sample.actual else "✗ wrong"
        told = f"{mark}, {told}, confidence {percent_text(sample.confidence)}"
    say(told if sample.loss is None else f"{told}, loss {float(sample.loss):.6f}")
    pictures = [(decode_image(sample.shape, sample.pixels), sample.actual)]
    if sample.saliency:
        pictures.append((decode_image(sample.shape[:2], sample.saliency), "saliency"))
    print_pictures(pictures)
    print_bars(classes, sample.probabilities)


def print_pictures(pictures: Sequence[tuple[Image | None, str]]) -> None:
    """Images with captions, in as many rows as they need; what is no image is left out."""
    width = shutil.get_terminal_size().columns
    rest = [(fit(image, _COLUMNS, _ROWS), caption) for image, caption in pictures if image]
    colors = terminal_colors()
    while rest:
        shown = _beside(rest, width)
        for line in draw_row(rest[:shown], colors, width):
            click.echo(line)  # made of escapes and of captions that are printable
        rest = rest[shown:]


def _beside(pictures: Sequence[tuple[Image, str]], width: int) -> int:
    """How many fit into one row; at least one."""
    used = count = 0
    for image, _ in pictures:
        used += image.width + 2
        if count and used - 2 > width:
            break
        count += 1
    return count


def print_bars(classes: Sequence[str], probabilities: Sequence[float]) -> None:
    """The likeliest classes, each with its probability as a bar."""
    names = [printable(name) for name in classes]
    ranked = sorted(zip(probabilities, names, strict=True), key=lambda pair: -pair[0])[:_MOST]
    left = max((display_width(name) for _, name in ranked), default=0)
    for probability, name in ranked:
        bar = "█" * round(_BAR * probability)
        space = " " * (left - display_width(name))
        say(f"{name}{space}  {bar:<{_BAR}}  {percent_text(probability):>6}")
