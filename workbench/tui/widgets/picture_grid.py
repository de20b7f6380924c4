"""Items to look through, a page at a time: pictures with captions, or one line each."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from workbench.core.images import Image
from workbench.core.text import display_width, visible
from workbench.tui.widgets.grid_layout import LARGEST, Arrangement, arrange
from workbench.tui.widgets.picture import Painter

Caption = tuple[str, str]
"""A line of text, and the name of the theme's colour that it has."""


@dataclass(frozen=True)
class Picture:
    """An item: its image (``None`` for one that has none), and the lines under it."""

    image: Image | None
    captions: tuple[Caption, ...]


class PictureGrid(Widget, can_focus=True):
    """Has a cursor on one of ``total`` items, and asks for the page on which that is."""

    DEFAULT_CSS = """
    PictureGrid { height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1, 0)", "left", show=False, id="grid.left"),
        Binding("right,l", "move(1, 0)", "right", show=False, id="grid.right"),
        Binding("up,k", "move(0, -1)", "up", show=False, id="grid.up"),
        Binding("down,j", "move(0, 1)", "down", show=False, id="grid.down"),
        Binding("home,g", "jump(0)", "first", show=False, id="grid.first", tooltip="First item."),
        Binding("end,G", "jump(-1)", "last", show=False, id="grid.last", tooltip="Last item."),
        Binding(
            "plus,equals_sign",
            "zoom(1)",
            "larger",
            key_display="+",
            show=False,
            id="grid.larger",
            tooltip="Larger pictures.",
        ),
        Binding(
            "minus",
            "zoom(-1)",
            "smaller",
            key_display="-",
            show=False,
            id="grid.smaller",
            tooltip="Smaller pictures.",
        ),
        Binding("enter", "choose", "look", id="grid.choose", tooltip="Look at the item in depth."),
    ]

    @dataclass
    class Turned(Message):
        """The items from ``first`` on are to be shown, ``count`` of them."""

        grid: "PictureGrid"
        first: int
        count: int

        @property
        def control(self) -> "PictureGrid":
            """The grid, for ``@on`` selectors."""
            return self.grid

    @dataclass
    class Chosen(Message):
        """Enter on the item at this place."""

        grid: "PictureGrid"
        at: int

        @property
        def control(self) -> "PictureGrid":
            """The grid, for ``@on`` selectors."""
            return self.grid

    def __init__(self, captions: int, id: str | None = None) -> None:
        super().__init__(id=id)
        self._captions = captions
        self._zoom = 0
        self._is_table = False
        self._total = 0
        self._at = 0
        self._first = 0
        self._pictures: tuple[Picture, ...] = ()
        self._words = ""
        self._layout: Arrangement | None = None
        self._strips: list[Strip] | None = None
        self._drawn: dict[int, list[list[Segment]]] = {}

    @property
    def at(self) -> int:
        """The place of the cursor among all items."""
        return self._at

    @property
    def total(self) -> int:
        """How many items there are."""
        return self._total

    @property
    def page(self) -> range:
        """The places of the items on this page."""
        count = self._layout.count if self._layout else 0
        first = self._at // count * count if count else 0
        return range(first, min(first + count, self._total))

    def browse(self, total: int, at: int = 0, is_table: bool = False) -> None:
        """Look through so many items from now on; asks for the page with the one ``at``."""
        self._total, self._is_table = total, is_table
        self._at = max(0, min(at, total - 1))
        self._arrange()
        self._turn()

    def show(self, first: int, pictures: Sequence[Picture]) -> None:
        """Show these items, which begin with the one at ``first``."""
        if (first, tuple(pictures)) != (self._first, self._pictures):
            self._first, self._pictures = first, tuple(pictures)
            self._drawn.clear()
            self._redraw()

    def say(self, words: str) -> None:
        """What stands there while there is nothing to show."""
        if words != self._words:
            self._words = words
            self._redraw()

    def on_resize(self) -> None:
        """Arrange anew."""
        before = self._layout
        self._arrange()
        if before != self._layout:
            self._turn()

    def notify_style_update(self) -> None:
        """A theme changed, or the focus."""
        super().notify_style_update()
        self._strips = None
        self._drawn.clear()

    def on_focus(self) -> None:
        """The cursor is seen."""
        self._redraw()

    def on_blur(self) -> None:
        """The cursor is seen less."""
        self._redraw()

    def _arrange(self) -> None:
        self._drawn.clear()
        width, height = self.size
        if self._is_table:
            self._layout = Arrangement(0, 1, 1, height, width) if height else None
        else:
            self._layout = arrange(width, height, self._captions, self._zoom)

    def _turn(self) -> None:
        self._redraw()
        page = self.page
        if page:
            self.post_message(self.Turned(self, page.start, len(page)))

    def _redraw(self) -> None:
        self._strips = None
        self.refresh()

    def _go(self, at: int) -> None:
        at = max(0, min(at, self._total - 1))
        if at != self._at:
            before, self._at = self.page, at
            if self.page == before:
                self._redraw()
            else:
                self._turn()

    def action_move(self, right: int, down: int) -> None:
        """Move the cursor, to the next page over the edge."""
        if self._layout is not None:
            at = self._at + right + down * self._layout.columns
            if 0 <= at < self._total:
                self._go(at)
            elif down > 0 and self._total > self.page.stop:
                self._go(self._total - 1)

    def action_jump(self, to: int) -> None:
        """Move the cursor to the first or the last item."""
        self._go(self._total - 1 if to < 0 else to)

    def turn_page(self, by: int) -> None:
        """Move the cursor by so many pages."""
        if self._layout is not None and self._total:
            self._go(self._at + by * self._layout.count)

    def action_zoom(self, by: int) -> None:
        """Draw larger or smaller pictures."""
        zoom = max(-LARGEST, min(LARGEST, self._zoom + by))
        if zoom != self._zoom and not self._is_table:
            self._zoom = zoom
            self._arrange()
            self._turn()

    def action_choose(self) -> None:
        """Look at the item under the cursor in depth."""
        if self._total:
            self.post_message(self.Chosen(self, self._at))

    def on_click(self, event: events.Click) -> None:
        """Go to the item under the pointer; a second click looks at it."""
        layout = self._layout
        if layout is None:
            return
        column, row = event.x // (layout.cell_width + layout.gap), event.y // layout.cell_height
        at = self.page.start + row * layout.columns + column
        if column < layout.columns and at in self.page:
            if at == self._at:
                self.action_choose()
            self._go(at)

    def on_mouse_scroll_down(self) -> None:
        """The next page."""
        self.turn_page(1)

    def on_mouse_scroll_up(self) -> None:
        """The page before."""
        self.turn_page(-1)

    def render_line(self, y: int) -> Strip:
        """One row."""
        width, height = self.size
        if self._strips is None:
            self._strips = self._draw(width)
        if y < len(self._strips):
            return self._strips[y]
        text = "" if self._strips or y != height // 2 else visible(self._words).center(width)
        return Strip(
            [Segment(text[:width], self.rich_style + self._color("muted"))]
        ).adjust_cell_length(width, self.rich_style)

    def _color(self, name: str) -> Style:
        return Style(color=Color.parse(self.app.theme_variables[name]).rich_color)

    def _draw(self, width: int) -> list[Strip]:
        layout, page = self._layout, self.page
        at_hand = range(self._first, self._first + len(self._pictures))
        if layout is None or not page or page.start not in at_hand:
            return []
        painter = Painter(self.app, self.rich_style)
        strips: list[Strip] = []
        for start in range(page.start, page.stop, layout.columns):
            places = range(start, min(start + layout.columns, page.stop))
            row = [self._cell(place, layout, painter) for place in places if place in at_hand]
            for line in range(layout.cell_height):
                gap = Segment(" " * layout.gap, self.rich_style)
                segments = [part for cell in row for part in (*cell[line], gap)]
                strips.append(Strip(segments).adjust_cell_length(width, self.rich_style))
        return strips

    def _cell(self, place: int, layout: Arrangement, painter: Painter) -> list[list[Segment]]:
        picture = self._pictures[place - self._first]
        width, is_here = layout.cell_width, place == self._at
        rows = self._drawn.get(place)
        if rows is None:
            rows = self._drawn[place] = self._picture(picture, layout, painter)
        captions = [*picture.captions, *[("", "muted")] * layout.captions][: layout.captions]
        return [*rows, *([self._caption(item, width, is_here)] for item in captions)]

    def _picture(
        self, picture: Picture, layout: Arrangement, painter: Painter
    ) -> list[list[Segment]]:
        drawn = []
        if picture.image is not None and layout.side:
            drawn = painter.drawn(picture.image, layout.side, layout.side // 2)
        drawn += [[] for _ in range(layout.side // 2 - len(drawn))]
        rows = []
        for row in drawn:
            used = sum(segment.cell_length for segment in row)
            rows.append([*row, Segment(" " * (layout.cell_width - used), self.rich_style)])
        return rows

    def _caption(self, caption: Caption, width: int, is_here: bool) -> Segment:
        text, color = caption
        text = cut(visible(text), width)
        style = self.rich_style + self._color(color)
        if is_here:
            variables = self.app.theme_variables
            name = "block-cursor" if self.has_focus else "block-cursor-blurred"
            background = Color.parse(variables[f"{name}-background"])
            style += Style(bgcolor=background.rich_color, bold=True, reverse=self._is_plain)
        return Segment(text, style)

    @property
    def _is_plain(self) -> bool:
        """Whether a background alone would not be seen."""
        return self.has_focus and (self.app.no_color or self.app.console.color_system is None)


def cut(text: str, width: int) -> str:
    """The text in exactly so many cells."""
    if display_width(text) > width:
        while display_width(text) > width - 1:
            text = text[:-1]
        text += "…"
    return text + " " * (width - display_width(text))
