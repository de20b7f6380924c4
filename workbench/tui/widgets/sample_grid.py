"""Items of a dataset as small pictures, each with what a model says of it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rich.segment import Segment
from rich.style import Style
from textual.color import Color
from textual.strip import Strip
from textual.widget import Widget

from workbench.core.images import decode_image
from workbench.core.text import printable
from workbench.tui.widgets.picture import Painter

if TYPE_CHECKING:
    from workbench.api.events import Sample

_SIDES = (28, 24, 20, 18, 16, 14, 12, 10, 8)
_GAP = 1
_CELL_WIDTH = 12
_SMALLEST_GOOD = 10
_WORDS, _ROOMY = 12, 30


@dataclass(frozen=True)
class Arrangement:
    """A grid of cells: pictures of at most ``side`` columns over ``captions`` lines of text."""

    side: int
    captions: int
    columns: int
    rows: int

    @property
    def cell_width(self) -> int:
        """Columns of a picture and its caption."""
        return max(self.side, _CELL_WIDTH)

    @property
    def cell_height(self) -> int:
        """Rows of a picture and its caption."""
        return self.side // 2 + self.captions

    @property
    def count(self) -> int:
        """How many items it shows."""
        return self.columns * self.rows


def arrange(count: int, width: int, height: int) -> Arrangement | None:
    """The largest pictures with which all fit; else as many small ones as fit well."""
    fallback = None
    telling = [(side, 2) for side in _SIDES if side >= _CELL_WIDTH]
    for side, captions in (*telling, *((side, 1) for side in _SIDES)):
        columns = (width + _GAP) // (max(side, _CELL_WIDTH) + _GAP)
        rows = height // (side // 2 + captions)
        found = Arrangement(side, captions, columns, rows)
        if found.count >= count:
            return found
        is_better = fallback is None or found.count > fallback.count
        if found.count and is_better and (side >= _SMALLEST_GOOD or fallback is None):
            fallback = found
    return fallback


Pictures = dict[tuple[tuple[int, ...], str, int], list[list[Segment]]]
"""Of each shape with its pixels, and how large it is drawn, the rows."""


class SampleGrid(Widget):
    """Pictures with a caption: a tick and the class, or a cross, what was said and what is.

    The values of a regression have neither.
    """

    DEFAULT_CSS = """
    SampleGrid { height: 1fr; }
    """

    def __init__(self, placeholder: str, id: str | None = None) -> None:
        super().__init__(id=id)
        self._placeholder = placeholder
        self._samples: tuple[Sample, ...] = ()
        self._strips: list[Strip] | None = None
        self._pictures: Pictures = {}
        self._ground = Style()

    def show(self, samples: Sequence[Sample]) -> None:
        """Show these, in order."""
        if tuple(samples) != self._samples:
            self._samples, self._strips = tuple(samples), None
            self.refresh()

    def on_resize(self) -> None:
        """Arrange anew."""
        self._strips, self._pictures = None, {}

    def notify_style_update(self) -> None:
        """A theme changed."""
        super().notify_style_update()
        self._strips, self._pictures = None, {}

    def render_line(self, y: int) -> Strip:
        """One row."""
        width, height = self.size
        if self._strips is None:
            self._strips = self._draw(width, height)
        if y < len(self._strips):
            return self._strips[y]
        text = "" if self._strips or y != height // 2 else self._placeholder.center(width)[:width]
        muted = Style(color=self._color("muted").rich_color)
        return Strip([Segment(text, self.rich_style + muted)]).adjust_cell_length(
            width, self.rich_style
        )

    def _color(self, name: str) -> Color:
        return Color.parse(self.app.theme_variables[name])

    def _draw(self, width: int, height: int) -> list[Strip]:
        self._ground = self.rich_style  # worked out anew each time that one asks
        if not any(sample.pixels for sample in self._samples):
            lines = [self._line(sample, width) for sample in self._samples[:height]]
            return [Strip([line]).adjust_cell_length(width, self._ground) for line in lines]
        plan = arrange(len(self._samples), width, height)
        if not self._samples or plan is None:
            return []
        strips: list[Strip] = []
        shown = self._samples[: plan.count]
        self._pictures = self._painted(shown, plan.side)
        for start in range(0, len(shown), plan.columns):
            row = [self._cell(item, plan) for item in shown[start : start + plan.columns]]
            for line in range(plan.cell_height):
                gap = Segment(" " * _GAP, self._ground)
                segments = [part for cell in row for part in (*cell[line], gap)]
                strips.append(Strip(segments).adjust_cell_length(width, self._ground))
        return strips

    def _line(self, sample: Sample, width: int) -> Segment:
        """An item that has no image."""
        predicted, actual = printable(sample.predicted), printable(sample.actual)
        if width >= _ROOMY:
            predicted = predicted.ljust(_WORDS)
        if sample.confidence is None:
            words, color = f" ≈ {predicted} is {actual}", "foreground"
        elif sample.predicted == sample.actual:
            words, color = f" ✓ {predicted} {100 * sample.confidence:.0f}%", "success"
        else:
            words, color = f" ✗ {predicted} is {actual}", "error"
        return self._words(words, width, Style(color=self._color(color).rich_color))

    def _cell(self, sample: Sample, plan: Arrangement) -> list[list[Segment]]:
        width, picture = plan.cell_width, self._pictures[sample.shape, sample.pixels, plan.side]
        blank = [Segment(" " * width, self._ground)]
        rows = [[*row, self._filling(row, width)] for row in picture]
        rows += [blank] * (plan.side // 2 - len(rows))
        return [*rows, *self._captions(sample, plan)]

    def _painted(self, samples: Sequence[Sample], side: int) -> Pictures:
        """The pictures, as they were drawn before where they were: epochs show the same items."""
        painter = Painter(self.app, self._ground)
        painted: Pictures = {}
        for sample in samples:
            key = sample.shape, sample.pixels, side
            rows = None if painter.has_graphics else self._pictures.get(key)
            if rows is None:
                image = decode_image(sample.shape, sample.pixels)
                size = side, side // 2
                rows = painter.drawn(image, *size, is_enlarged=False) if image else []
            painted[key] = rows
        return painted

    def _filling(self, row: list[Segment], width: int) -> Segment:
        used = sum(segment.cell_length for segment in row)
        return Segment(" " * (width - used), self._ground)

    def _captions(self, sample: Sample, plan: Arrangement) -> list[list[Segment]]:
        predicted, actual = printable(sample.predicted), printable(sample.actual)
        if sample.confidence is None:
            return self._values(f"≈ {predicted}", f"  is {actual}", plan)
        is_right = sample.predicted == sample.actual
        look = Style(color=self._color("success" if is_right else "error").rich_color)
        muted = Style(color=self._color("muted").rich_color)
        if plan.captions == 1:
            words = f"✓ {predicted}" if is_right else f"✗ {predicted}, is {actual}"
            return [[self._words(words, plan.cell_width, look)]]
        below = f"  {100 * sample.confidence:.0f}%" if is_right else f"  is {actual}"
        return [
            [self._words(f"{'✓' if is_right else '✗'} {predicted}", plan.cell_width, look)],
            [self._words(below, plan.cell_width, muted)],
        ]

    def _values(self, predicted: str, actual: str, plan: Arrangement) -> list[list[Segment]]:
        """What a regression says, which is near or far and not right."""
        plain = Style(color=self._color("foreground").rich_color)
        words = [predicted, actual] if plan.captions > 1 else [f"{predicted},{actual[1:]}"]
        return [[self._words(text, plan.cell_width, plain)] for text in words]

    def _words(self, text: str, width: int, style: Style) -> Segment:
        if len(text) > width:
            text = f"{text[: width - 1]}…"
        return Segment(text.ljust(width), self._ground + style)
