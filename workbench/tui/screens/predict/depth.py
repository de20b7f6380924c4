"""One item in depth: its image, what the model looks at, and every probability."""

import base64
from collections.abc import Callable, Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.api import formats
from workbench.api.events import Sample
from workbench.core.images import Image, decode_image, image_from_bytes
from workbench.core.text import printable
from workbench.core.units import percent_text
from workbench.tui.figures import loss_text
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.screens.predict.probabilities import probability_lines
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.large_picture import LargePicture

Step = Callable[[int, Callable[[Sample], None]], None]
"""Goes on by so many items, and then calls back with the item."""


class SampleScreen(DialogScreen[None]):
    """The point and the comma go to other items."""

    VERTICAL_BREAKPOINTS = [(0, "-small"), (36, "-roomy")]  # noqa: RUF012 (Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "back", id="sample.back", tooltip="Close the item."),
        Binding("full_stop,pagedown,right,l", "step(1)", "next", id="sample.next"),
        Binding("comma,pageup,left,h", "step(-1)", "previous", id="sample.previous"),
    ]

    def __init__(self, names: Sequence[str], title: str, sample: Sample, step: Step) -> None:
        super().__init__()
        self._names = tuple(names)
        self._title = title
        self._sample = sample
        self._step = step

    def compose(self) -> ComposeResult:
        """The images over the line, beside the bars."""
        with Frame("", ", . other item", "esc back", classes="-sample"):
            yield Static(id="sample-line", markup=False)
            with Horizontal():
                with Vertical(classes="picture"):
                    yield Static("the image", classes="caption", markup=False)
                    yield LargePicture(id="sample-image")
                with Vertical(classes="picture"):
                    yield Static("what mattered", classes="caption", markup=False)
                    yield LargePicture("secondary", id="sample-saliency")
                yield Static(id="sample-bars", markup=False)

    def on_mount(self) -> None:
        """Show it."""
        self.show(self._sample)

    def action_step(self, by: int) -> None:
        """Look at another item."""
        self._step(by, self.show)

    def show(self, sample: Sample) -> None:
        """Show this item."""
        if not self.is_attached:
            return
        is_right = sample.predicted == sample.actual
        sign, color = ("✓", "$success") if is_right else ("✗", "$error")
        if sample.confidence is None:  # a regression's values are near or far
            sign, color = "≈", "$foreground"
        self.query_one(Frame).show_title(f"{self._title} item {sample.index:,}")
        line = formats.prediction_line(printable(sample.predicted), printable(sample.actual))
        self.query_one("#sample-line", Static).update(
            Content.assemble((f"{sign} ", f"bold {color}"), (line, "bold"))
        )
        self.query(".picture").set(display=bool(sample.pixels))
        image = decode_image(sample.shape, sample.pixels) if sample.pixels else None
        self.query_one("#sample-image", LargePicture).show(image, words="no image")
        seen = saliency_picture(sample.shape, sample.saliency)
        self.query_one("#sample-saliency", LargePicture).show(seen, words="not drawn")
        self.query_one("#sample-bars", Static).update(Content("\n").join(self._lines(sample)))

    def _lines(self, sample: Sample) -> list[Content]:
        lines = probability_lines(
            self._names,
            sample.probabilities,
            predicted=sample.predicted,
            actual=sample.actual,
            width=8,
        )
        ranked = sorted(sample.probabilities, reverse=True)
        ahead = ranked[0] - ranked[1] if len(ranked) > 1 else 1.0
        loss = "–" if sample.loss is None else loss_text(float(sample.loss))
        if sample.confidence is None:
            return [Content.assemble(("squared error  ", "$muted"), (loss, "bold"))]
        return [
            *lines,
            Content(""),
            Content.assemble(("loss   ", "$muted"), (loss, "bold")),
            Content.assemble(("ahead  ", "$muted"), percent_text(ahead)),
        ]


def saliency_picture(shape: tuple[int, ...], saliency: str) -> Image | None:
    """A saliency map as an image, if there is one."""
    return image_from_bytes(shape[:2], base64.b64decode(saliency)) if saliency else None
