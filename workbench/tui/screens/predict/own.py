"""One's own images: how each became what the model sees, and what it is taken for."""

from collections.abc import Sequence
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.core.images import Image, decode_image
from workbench.core.prediction import Prediction, TransformStep
from workbench.core.text import printable
from workbench.core.units import percent_text
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.screens.predict.depth import saliency_picture
from workbench.tui.screens.predict.probabilities import probability_lines
from workbench.tui.widgets.bars import bar
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.large_picture import LargePicture
from workbench.tui.widgets.row_list import Column, Row, RowList

SUFFIXES = (".png", ".jpg", ".jpeg", ".bmp", ".gif", ".webp", ".tif", ".tiff", ".ppm", ".pgm")
_COLUMNS = (Column("file", 0), Column("taken for", 14), Column("sure", 16))


class OwnImageScreen(DialogScreen[None]):
    """The steps of the transform above, the answer below."""

    VERTICAL_BREAKPOINTS = [(0, "-small"), (36, "-roomy")]  # noqa: RUF012 (Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "back", id="own.back", tooltip="Close the image."),
    ]

    def __init__(self, classes: Sequence[str], prediction: Prediction) -> None:
        super().__init__()
        self._names = tuple(classes)
        self._prediction = prediction

    def compose(self) -> ComposeResult:
        """A picture for each step, then what mattered beside the bars."""
        prediction = self._prediction
        with Frame(Path(prediction.file).name, "esc back", classes="-own"):
            with Horizontal(id="own-steps"):
                for step in prediction.steps:
                    with Vertical(classes="step"):
                        yield LargePicture()
                        yield Static(_step_words(step), classes="caption", markup=False)
            with Horizontal(id="own-answer"):
                with Vertical(classes="step"):
                    yield LargePicture("secondary", id="own-saliency")
                    yield Static("what mattered", classes="caption", markup=False)
                yield Static(self._lines(), id="own-bars", markup=False)

    def on_mount(self) -> None:
        """Show the pictures."""
        prediction = self._prediction
        pictures = self.query("#own-steps LargePicture").results(LargePicture)
        for picture, step in zip(pictures, prediction.steps, strict=True):
            picture.show(_step_image(step))
        seen = saliency_picture(prediction.shape, prediction.saliency)
        self.query_one("#own-saliency", LargePicture).show(seen, words="not drawn")

    def _lines(self) -> Content:
        prediction = self._prediction
        lines = probability_lines(
            self._names, prediction.probabilities, predicted=prediction.predicted, width=16
        )
        return Content("\n").join(lines)


class OwnImagesScreen(DialogScreen[None]):
    """A table of images; Enter shows one."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss", "back", id="owns.back", tooltip="Close the table."),
    ]

    def __init__(self, classes: Sequence[str], predictions: Sequence[Prediction]) -> None:
        super().__init__()
        self._names = tuple(classes)
        self._predictions = tuple(predictions)

    def compose(self) -> ComposeResult:
        """The table."""
        title = f"{len(self._predictions):,} images"
        with Frame(title, "enter look", "esc back", classes="-owns"):
            yield RowList(_COLUMNS, "No images.", id="owns")

    def on_mount(self) -> None:
        """Fill the table."""
        rows = [_row(str(index), item) for index, item in enumerate(self._predictions)]
        self.query_one(RowList).show(rows)

    @on(RowList.Chosen, "#owns")
    def _look(self, event: RowList.Chosen) -> None:
        prediction = self._predictions[int(event.key)]
        if prediction.problem:
            self.app.notify(printable(prediction.problem), severity="error", markup=False)
        else:
            self.app.push_screen(OwnImageScreen(self._names, prediction))


def _row(key: str, prediction: Prediction) -> Row:
    name = Content.styled(printable(Path(prediction.file).name), "bold")
    if prediction.problem:
        return Row(key, (name, Content.styled("✗ no image", "$error"), ""))
    if prediction.confidence is None:
        return Row(key, (name, printable(prediction.predicted), ""))
    sure = Content.assemble(
        (bar(prediction.confidence, 8), "$primary"), f" {percent_text(prediction.confidence):>6}"
    )
    return Row(key, (name, printable(prediction.predicted), sure))


def _step_words(step: TransformStep) -> Content:
    return Content.assemble((printable(step.name), "bold"), "\n", (printable(step.note), "$muted"))


def _step_image(step: TransformStep) -> Image | None:
    return decode_image(step.shape, step.pixels)
