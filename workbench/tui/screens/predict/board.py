"""The drawing as a widget: a mouse draws on it, and so does a cursor moved by keys."""

from typing import ClassVar

from rich.segment import Segment
from rich.style import Style
from textual import events
from textual.binding import Binding, BindingType
from textual.color import Color
from textual.message import Message
from textual.strip import Strip
from textual.widget import Widget

from workbench.core.images import Image, fill, image_from_bytes
from workbench.tui.screens.predict.canvas import Canvas
from workbench.tui.widgets.large_picture import marked
from workbench.tui.widgets.picture import Painter

_PEN_DOWN, _PEN_UP = "●", "○"


class Board(Widget, can_focus=True):
    """Posts :class:`Drawn` whenever the drawing changed."""

    DEFAULT_CSS = """
    Board { width: 1fr; height: 1fr; }
    """
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("left,h", "move(-1, 0)", "left", show=False, id="board.left"),
        Binding("right,l", "move(1, 0)", "right", show=False, id="board.right"),
        Binding("up,k", "move(0, -1)", "up", show=False, id="board.up"),
        Binding("down,j", "move(0, 1)", "down", show=False, id="board.down"),
        Binding("space", "pen", "pen", id="board.pen", tooltip="Put the pen down, or lift it."),
        Binding("c", "clear", "clear", id="board.clear", tooltip="Begin anew."),
        Binding("u", "undo", "undo", id="board.undo", tooltip="Take the last stroke back."),
    ]

    class Drawn(Message):
        """The drawing changed."""

    def __init__(self, canvas: Canvas, id: str | None = None) -> None:
        super().__init__(id=id)
        self.canvas = canvas
        self._at = (canvas.width // 2, canvas.height // 4)
        self._is_down = False
        self._last: tuple[float, float] | None = None
        self._strips: list[Strip] | None = None
        self._place = (0, 0, 1.0)

    @property
    def is_pen_down(self) -> bool:
        """Whether the cursor draws as it moves."""
        return self._is_down

    def _changed(self) -> None:
        self._redraw()
        self.post_message(self.Drawn())

    def _redraw(self) -> None:
        self._strips = None
        self.refresh()

    def on_resize(self) -> None:
        """Draw anew."""
        self._strips = None

    def on_focus(self) -> None:
        """The cursor is seen."""
        self._redraw()

    def on_blur(self) -> None:
        """The cursor is not seen."""
        self._redraw()

    def notify_style_update(self) -> None:
        """A theme changed."""
        super().notify_style_update()
        self._strips = None

    def action_move(self, right: int, down: int) -> None:
        """Move the cursor, and draw if the pen is down."""
        canvas, (x, y) = self.canvas, self._at
        at = (
            min(max(0, x + right), canvas.width - 1),
            min(max(0, y + down), canvas.height - 1),
        )
        before, self._at = self._at, at
        if self._is_down and at != before:
            canvas.line(_middle(before), _middle(at))
            self._changed()
        else:
            self._redraw()

    def action_pen(self) -> None:
        """Put the pen down, or lift it."""
        self._is_down = not self._is_down
        if self._is_down:
            self.canvas.begin_stroke()
            self.canvas.line(_middle(self._at), _middle(self._at))
            self._changed()
        else:
            self._redraw()

    def action_clear(self) -> None:
        """Begin anew."""
        self._is_down = False
        self.canvas.clear()
        self._changed()

    def action_undo(self) -> None:
        """Take the last stroke back."""
        self._is_down = False
        self.canvas.undo()
        self._changed()

    def on_mouse_down(self, event: events.MouseDown) -> None:
        """Begin a stroke."""
        self.focus()
        self.capture_mouse()
        self.canvas.begin_stroke()
        self._last = self._pixel(event)
        self.canvas.line(self._last, self._last)
        self._changed()

    def on_mouse_move(self, event: events.MouseMove) -> None:
        """Go on with the stroke."""
        if self._last is not None:
            here = self._pixel(event)
            self.canvas.line(self._last, here)
            self._last = here
            self._changed()

    def on_mouse_up(self) -> None:
        """End the stroke."""
        self._last = None
        self.release_mouse()

    def _pixel(self, event: events.MouseEvent) -> tuple[float, float]:
        """The place on the drawing; a terminal tells only the cell, so it is its middle."""
        left, top, scale = self._place
        return (event.x - left + 0.5) / scale, (2 * (event.y - top) + 1) / scale

    def render_line(self, y: int) -> Strip:
        """One row."""
        if self._strips is None:
            self._strips = self._draw(*self.size)
        if y < len(self._strips):
            return self._strips[y]
        return Strip.blank(self.size.width, self.rich_style)

    def _draw(self, width: int, height: int) -> list[Strip]:
        if not width or not height:
            return []
        canvas = self.canvas
        image = image_from_bytes((canvas.height, canvas.width), canvas.values)
        assert image is not None
        shown = fill(self._with_cursor(image), width, height)
        left, top = (width - shown.width) // 2, (height - (shown.height + 1) // 2) // 2
        self._place = (left, top, shown.width / canvas.width)
        ground = Style(bgcolor=Color.parse(self.app.theme_variables["background"]).rich_color)
        margin = Segment(" " * left, ground)
        rest = Segment(" " * (width - left - shown.width), ground)
        rows = Painter(self.app, self.rich_style).rows(shown)
        self._write_cursor(rows)
        blank = Strip([Segment(" " * width, ground)])
        strips = [blank] * top + [Strip([margin, *row, rest]) for row in rows]
        return strips + [blank] * (height - len(strips))

    def _with_cursor(self, image: Image) -> Image:
        if not self.has_focus:
            return image
        color = "error" if self._is_down else "secondary"
        return marked(image, self._at, Color.parse(self.app.theme_variables[color]).rgb)

    def _write_cursor(self, rows: list[list[Segment]]) -> None:
        """Where shades stand for pixels the cursor is a sign."""
        scale = self._place[2]
        row, column = int((self._at[1] + 0.5) * scale / 2), int((self._at[0] + 0.5) * scale)
        if self.has_focus and row < len(rows) and len(rows[row]) == 1:
            text = rows[row][0].text
            sign = _PEN_DOWN if self._is_down else _PEN_UP
            rows[row] = [Segment(text[:column] + sign + text[column + 1 :], self.rich_style)]


def _middle(at: tuple[int, int]) -> tuple[float, float]:
    return at[0] + 0.5, at[1] + 0.5
