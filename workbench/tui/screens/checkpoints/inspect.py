"""Looking into a checkpoint: its layers, its weights and how they are spread."""

import math
from collections.abc import Callable
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.api.training import LayerInfo, ModelSummary, TensorStats
from workbench.core.text import bar_text, printable
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.checkpoints.histogram import histogram_lines
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, plain

_OTHER_LINES = 4
"""The first line, the command, and a blank above the weights and the histogram."""
_LAYERS_SHARE, _TENSORS_SHARE = 0.25, 0.35
_LAYERS = (
    Column("layer", 0),
    Column("class", 16),
    Column("output", 16, rank=1),
    Column("parameters", 12, "right"),
    Column("share", 12, rank=2),
)
_TENSORS = (
    Column("weight or bias", 0),
    Column("shape", 15),
    Column("dtype", 9, rank=3),
    Column("mean", 10, "right", rank=1),
    Column("std", 9, "right"),
    Column("from", 10, "right", rank=4),
    Column("to", 10, "right", rank=4),
    Column("histogram", 20, rank=2),
)


class HistogramPanel(Widget):
    """The values of one weight or bias, drawn at the size that the panel has."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id)
        self._tensor: TensorStats | None = None

    def show(self, tensor: TensorStats) -> None:
        """Draw this one."""
        self._tensor = tensor
        self.refresh()

    def render(self) -> Content:
        """Its name and the bars below it."""
        tensor, size = self._tensor, self.content_size
        if tensor is None:
            return Content("")
        low, high = float(tensor.min), float(tensor.max)
        head = Content.assemble(
            (printable(tensor.name), "bold"), (f"  {math.prod(tensor.shape):,} values", "$muted")
        )
        if not (math.isfinite(low) and math.isfinite(high)):
            lines = [Content.styled("! it holds NaN or infinity: the training diverged", "$error")]
        else:
            lines = histogram_lines(tensor.histogram, low, high, size.width, size.height - 1)
        return Content("\n").join([head, *lines])


class InspectScreen(DialogScreen[None]):
    """Layers over weights; the histogram is of the weight under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,i", "dismiss(None)", "back", id="inspect.back", tooltip="Go back."),
        Binding("y", "copy", "copy", id="inspect.copy", tooltip="Copy the command."),
    ]

    def __init__(
        self,
        reference: str,
        command: str,
        known: ModelSummary | None,
        begin: Callable[[Callable[[ModelSummary | str], None]], None],
    ) -> None:
        super().__init__()
        self._reference = reference
        self._command = command
        self._summary = known
        self._begin = begin

    def compose(self) -> ComposeResult:
        """The tables and the histogram."""
        keys = ("↑↓ weights", "tab layers", "y copy", "esc back")
        with Frame(f"Inside {self._reference}", *keys, classes="-inspect"):
            yield Static("loading it in its framework …", id="inspect-head", markup=False)
            yield LongTable("…", id="inspect-layers")
            yield LongTable("…", id="inspect-tensors")
            yield HistogramPanel(id="inspect-histogram")
            yield Static(shown_command(self._command), id="inspect-command", markup=False)

    def on_mount(self) -> None:
        """Show what is known, else load the checkpoint."""
        self.query_one("#inspect-tensors").focus()
        if self._summary is not None:
            self._show(self._summary)
        else:
            self._begin(self._take)

    def _take(self, found: ModelSummary | str) -> None:
        """The summary came, or why there is none."""
        if not self.is_attached:
            return
        if isinstance(found, ModelSummary):
            self._summary = found
            self._show(found)
        else:
            words = Content.styled(f"✗ {printable(found)}", "$error")
            self.query_one("#inspect-head", Static).update(words)

    def _show(self, summary: ModelSummary) -> None:
        fixed = summary.parameters - summary.trainable
        self.query_one("#inspect-head", Static).update(
            Content.assemble(
                (f"{summary.parameters:,}", "bold"),
                f" parameters, {fixed:,} of them fixed" if fixed else " parameters, all trained",
                (
                    f"   {len(summary.layers)} layers, {len(summary.tensors)} weights and biases",
                    "$muted",
                ),
            )
        )
        layers = {str(index): layer for index, layer in enumerate(summary.layers)}
        most = max((layer.parameters for layer in summary.layers), default=0)
        self.query_one("#inspect-layers", LongTable).show(
            _LAYERS, list(layers), lambda key: _layer_cells(layers[key], most)
        )
        tensors = {str(index): tensor for index, tensor in enumerate(summary.tensors)}
        self.query_one("#inspect-tensors", LongTable).show(
            _TENSORS, list(tensors), lambda key: _tensor_cells(tensors[key])
        )
        self._arrange()
        self._draw()

    @on(LongTable.Moved, "#inspect-tensors")
    def _draw(self) -> None:
        """Draw the histogram of the weight under the cursor."""
        table, panel = (
            self.query_one("#inspect-tensors", LongTable),
            self.query_one(HistogramPanel),
        )
        if self._summary is None or table.key is None:
            return
        panel.show(self._summary.tensors[int(table.key)])

    def _arrange(self) -> None:
        """Give the tables as many lines as they need and may have, and the histogram the rest."""
        if self._summary is not None:
            room = self.query_one(".dialog").content_size.height - _OTHER_LINES
            layers = min(len(self._summary.layers) + 1, round(_LAYERS_SHARE * room))
            tensors = min(len(self._summary.tensors) + 1, round(_TENSORS_SHARE * room))
            self.query_one("#inspect-layers").styles.height = layers
            self.query_one("#inspect-tensors").styles.height = tensors
            self.query_one("#inspect-histogram").styles.height = room - layers - tensors

    def on_resize(self) -> None:
        """Lay out anew."""
        self.call_after_refresh(self._arrange)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command)


def _layer_cells(layer: LayerInfo, most: int) -> tuple[Cell, ...]:
    share = layer.parameters / most if most else 0.0
    return (
        plain(printable(layer.name) or "–", "bold"),
        plain(printable(layer.kind), "$muted"),
        plain(_shape(layer.output_shape)),
        plain(f"{layer.parameters:,}" if layer.parameters else "–"),
        plain("━" * max(round(12 * share), bool(layer.parameters)), "$primary"),
    )


def _tensor_cells(tensor: TensorStats) -> tuple[Cell, ...]:
    return (
        plain(printable(tensor.name), "bold"),
        plain(_shape(tensor.shape)),
        plain(printable(tensor.dtype), "$muted"),
        *(
            plain(f"{float(value):.3g}")
            for value in (tensor.mean, tensor.std, tensor.min, tensor.max)
        ),
        plain(bar_text(tensor.histogram), "$primary"),
    )


def _shape(shape: tuple[int, ...]) -> str:
    return "×".join(str(side) for side in shape) or "scalar"
