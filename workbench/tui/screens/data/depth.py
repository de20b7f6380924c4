"""One item in depth: its pixels as they are stored, and as a model gets them."""

import base64
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Static

from workbench.api.specs import DatasetSpec
from workbench.core.data.summary import label_text
from workbench.core.text import printable
from workbench.tui.screens.data.facts import is_scaled
from workbench.tui.screens.data.looking import Item, View
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.large_picture import LargePicture

_SPAN = 2
Step = Callable[[int], Item | None]


class ItemScreen(DialogScreen[None]):
    """Arrows move over the pixels; the point and the comma go to other items."""

    VERTICAL_BREAKPOINTS = [(0, "-small"), (36, "-roomy")]  # noqa: RUF012 (Textual declares it)
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss", "back", id="item.back", tooltip="Close the item."),
        Binding("left,h", "move(-1, 0)", "left", show=False, id="item.left"),
        Binding("right,l", "move(1, 0)", "right", show=False, id="item.right"),
        Binding("up,k", "move(0, -1)", "up", show=False, id="item.up"),
        Binding("down,j", "move(0, 1)", "down", show=False, id="item.down"),
        Binding("full_stop,pagedown", "step(1)", "next", id="item.next"),
        Binding("comma,pageup", "step(-1)", "previous", id="item.previous"),
    ]

    def __init__(self, spec: DatasetSpec, view: View, item: Item, step: Step) -> None:
        super().__init__()
        self._spec = spec
        self._view = view
        self._item = item
        self._step = step
        self._at = (0, 0)

    def compose(self) -> ComposeResult:
        """The picture beside the numbers."""
        keys = ("←↑↓→ pixel", ", . other item", "esc back")
        with Frame("", *keys, classes="-item"), Horizontal():
            yield LargePicture(id="item-picture")
            yield Static(id="item-numbers", markup=False)

    def on_mount(self) -> None:
        """Begin in the middle."""
        self._begin(self._item)

    def _begin(self, item: Item) -> None:
        self._item = item
        if item.image is not None:
            self._at = (item.image.width // 2, item.image.height // 2)
        self._show()

    def action_move(self, right: int, down: int) -> None:
        """Mark another pixel."""
        image = self._item.image
        if image is not None:
            x, y = self._at[0] + right, self._at[1] + down
            self._at = (min(max(x, 0), image.width - 1), min(max(y, 0), image.height - 1))
            self._show()

    def action_step(self, by: int) -> None:
        """Look at another item."""
        item = self._step(by)
        if item is not None:
            self._begin(item)

    def _show(self) -> None:
        item = self._item
        name = printable(label_text(self._spec, item.item))
        which = f"  {self._view.split} item {item.item.index:,}"
        self.query_one(Frame).show_title(Content.assemble((name, "bold"), (which, "$muted")))
        is_image = item.image is not None
        self.query_one("#item-picture").display = is_image
        if is_image:
            self.query_one("#item-picture", LargePicture).show(item.image, self._at)
        lines = self._pixel_lines() if is_image else self._value_lines()
        self.query_one("#item-numbers", Static).update(Content("\n").join(lines))

    def _value_lines(self) -> list[Content]:
        return [
            Content.assemble((f"x{index}".ljust(6), "$muted"), f"{value:g}")
            for index, value in enumerate(self._item.item.values)
        ]

    def _pixel_lines(self) -> list[Content]:
        values = base64.b64decode(self._item.item.pixels)
        mean = sum(values) / len(values)
        low, high = min(values), max(values)
        x, y = self._at
        patch = self._patch(values)
        lines = [
            Content.assemble(("stored  ", "bold $primary"), f"uint8  {low}…{high}"),
            Content.styled(f"mean {mean:.1f}", "$muted"),
            *(_row(row, lambda value: f"{value:>4}") for row in patch),
            Content(""),
        ]
        if is_scaled(self._spec):
            lines += [
                Content.assemble(
                    ("for the model  ", "bold $secondary"),
                    f"float32  {low / 255:.2g}…{high / 255:.2g}",
                ),
                Content.styled(f"mean {mean / 255:.4f}, each value ÷ 255", "$muted"),
                *(_row(row, lambda value: f"{value / 255:>5.2f}") for row in patch),
                Content(""),
            ]
        where = Content.styled(f"row {y}, column {x}:  ", "$muted")
        return [*lines, where + self._reading(values)]

    def _reading(self, values: bytes) -> Content:
        found = self._at_pixel(values, *self._at)
        stored = " ".join(str(value) for value in found)
        if not is_scaled(self._spec):
            return Content.styled(stored, "bold")
        scaled = " ".join(f"{value / 255:.4f}" for value in found)
        return Content.assemble((stored, "bold"), (" → ", "$accent"), (scaled, "bold"))

    def _at_pixel(self, values: bytes, x: int, y: int) -> bytes:
        shape = self._item.item.shape
        channels = shape[2] if len(shape) == 3 else 1
        start = (y * shape[1] + x) * channels
        return values[start : start + channels]

    def _patch(self, values: bytes) -> list[list[tuple[int, bool]]]:
        """The values around the marked pixel by row, those of the first channel."""
        image = self._item.image
        assert image is not None
        columns, rows = _around(self._at[0], image.width), _around(self._at[1], image.height)
        return [
            [(self._at_pixel(values, x, y)[0], (x, y) == self._at) for x in columns] for y in rows
        ]


def _around(at: int, size: int) -> range:
    """Five places with this one in the middle, or as near to it as the edge allows."""
    count = min(size, 2 * _SPAN + 1)
    begin = min(max(0, at - _SPAN), size - count)
    return range(begin, begin + count)


def _row(row: list[tuple[int, bool]], text: Callable[[int], str]) -> Content:
    parts = []
    for value, is_mark in row:
        words = text(value)
        look = "bold reverse" if is_mark else "$foreground" if value else "$faint"
        gap = len(words) - len(words.lstrip())
        parts.append(Content(" " * gap) + Content.styled(words.lstrip(), look))
    return Content("").join(parts)
