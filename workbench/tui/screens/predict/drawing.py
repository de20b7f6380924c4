"""Draw something, and see at once what the model takes it for."""

import base64
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from workbench.api.errors import UserError, WorkbenchError
from workbench.core.files import write_atomic
from workbench.core.png import png_bytes
from workbench.core.prediction import ModelReady, Prediction, PredictPixels
from workbench.core.text import printable
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict.asking import Asking, answer_of
from workbench.tui.screens.predict.board import Board
from workbench.tui.screens.predict.canvas import Canvas
from workbench.tui.screens.predict.probabilities import probability_lines
from workbench.tui.widgets.frame import Frame

_BAR, _WORDS = 8, 22


class DrawScreen(DialogScreen[None]):
    """The board beside the probabilities of the classes."""

    HORIZONTAL_BREAKPOINTS = [(0, "-slim"), (76, "-broad")]  # noqa: RUF012 (as Textual has it)
    VERTICAL_BREAKPOINTS = [(0, "-small"), (36, "-roomy")]  # noqa: RUF012 (Textual declares it)
    AUTO_FOCUS = "Board"
    ALLOW_SELECT = False  # a stroke is no selection of text, which would paint the screen anew
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back", id="draw.back", tooltip="Close the drawing."),
        Binding("w", "save", "save", id="draw.save", tooltip="Save the drawing as a PNG file."),
    ]

    def __init__(self, place: PlaceScreen, asking: Asking, ready: ModelReady) -> None:
        super().__init__()
        self._place = place
        self._asking = asking
        self._ready = ready
        self._canvas = Canvas(ready.shape[1], ready.shape[0])
        self._is_asking = False
        self._asked = b""

    def compose(self) -> ComposeResult:
        """The board, and what the model says."""
        title = f"Draw for {self._ready.run}@{self._ready.checkpoint}"
        keys = ("space pen", "←↑↓→ move", "u undo", "c clear", "w save", "esc back")
        with Frame(title, *keys, classes="-draw"), Horizontal():
            yield Board(self._canvas, id="board")
            yield Static(id="draw-bars", markup=False)

    def on_mount(self) -> None:
        """Nothing is drawn yet."""
        self._say_nothing()

    def _say_nothing(self) -> None:
        words = Content.assemble(
            "Draw with the mouse, or move with the arrows and put the pen down with ",
            ("space", "bold $accent"),
            ".",
        )
        self._show(words)

    def _show(self, words: Content) -> None:
        # Its size stays: laying the screen out anew would paint all of it anew.
        self.query_one("#draw-bars", Static).update(words, layout=False)

    @on(Board.Drawn)
    def _predict(self) -> None:
        """Ask about the drawing as it is now, unless an answer is under way."""
        canvas = self._canvas
        if canvas.is_blank:
            self._asked = b""
            self._say_nothing()
            return
        if self._is_asking or canvas.values == self._asked:
            return
        self._is_asking, self._asked = True, canvas.values
        request = PredictPixels((canvas.height, canvas.width), self._pixels())
        asking = self._asking
        self._place.in_thread(answer_of(lambda: asking.pixels(request)), self._take, "draw")

    def _pixels(self) -> str:
        values = self._canvas.values
        if not self._ready.is_on_black:
            values = bytes(255 - value for value in values)
        return base64.b64encode(values).decode()

    def _take(self, answer: object) -> None:
        self._is_asking = False
        if not self.is_attached:
            return
        if isinstance(answer, WorkbenchError):
            self._show(Content(printable(str(answer))))
        elif isinstance(answer, Prediction) and not self._canvas.is_blank:
            width = self.query_one("#draw-bars").content_size.width
            self._show(_lines(self._ready.classes, answer, width))
            self._predict()  # it may have been drawn on meanwhile

    def action_save(self) -> None:
        """Save the drawing beside where the person works."""
        canvas = self._canvas
        content = png_bytes(canvas.width, canvas.height, canvas.values)

        def saved(path: Path) -> None:
            self.app.notify(f"Saved {path}", timeout=5, markup=False)

        self._place.in_thread(lambda: save_drawing(Path.cwd(), content), saved, "draw")


def save_drawing(folder: Path, content: bytes) -> Path:
    """Write the first of ``drawing-1.png``, ``drawing-2.png`` … that is free."""
    number = 1
    while (path := folder / f"drawing-{number}.png").exists():
        number += 1
    try:
        write_atomic(path, content)
    except OSError as error:
        raise UserError(f"{path} can't be written ({error.strerror}).") from None
    return path


def _lines(classes: tuple[str, ...], prediction: Prediction, room: int) -> Content:
    head = Content.assemble(("▸ ", "bold $primary"), (printable(prediction.predicted), "bold"))
    bars = probability_lines(
        classes,
        prediction.probabilities,
        predicted=prediction.predicted,
        width=max(1, min(_BAR, room - _WORDS)),
    )
    return Content("\n").join([head, Content(""), *bars])
