"""Checkpoints side by side: their metrics, and what differs in their plans."""

import math
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import ScrollableContainer
from textual.content import Content
from textual.widgets import Static

from workbench.core.plan.differing import differing_keys, flat_values
from workbench.core.text import printable
from workbench.core.units import bytes_text, duration_text, percent_text
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.checkpoints.columns import loss_of
from workbench.tui.screens.checkpoints.details import next_text
from workbench.tui.screens.checkpoints.reading import Saved
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame

_GAP = "  "
_MOST_WIDE = 34


class CompareScreen(DialogScreen[None]):
    """One checkpoint a column; the best of a line has a star."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "escape,q,enter,c",
            "dismiss(None)",
            "back",
            id="checkpoints.compare.back",
            tooltip="Go back.",
        ),
        Binding("y", "copy", "copy", id="checkpoints.compare.copy", tooltip="Copy the command."),
        Binding(
            "j", "scroll(0, 1)", "down", show=False, id="checkpoints.compare.down", tooltip="Down."
        ),
        Binding("k", "scroll(0, -1)", "up", show=False, id="checkpoints.compare.up", tooltip="Up."),
        Binding(
            "l",
            "scroll(8, 0)",
            "right",
            show=False,
            id="checkpoints.compare.right",
            tooltip="Right.",
        ),
        Binding(
            "h", "scroll(-8, 0)", "left", show=False, id="checkpoints.compare.left", tooltip="Left."
        ),
    ]

    def __init__(self, items: Sequence[Saved], command: str) -> None:
        super().__init__()
        self._items = items
        self._command = command

    def compose(self) -> ComposeResult:
        """The lines over the command."""
        title = f"Compare {len(self._items)} checkpoints"
        with Frame(title, "←↓↑→ scroll", "y copy", "esc back", classes="-compare"):
            with ScrollableContainer():
                yield Static(Content("\n").join(comparison(self._items)), markup=False)
            yield Static(shown_command(self._command), classes="command", markup=False)

    def on_mount(self) -> None:
        """Keys scroll."""
        self.query_one(ScrollableContainer).focus()

    def action_scroll(self, x: int, y: int) -> None:
        """Scroll by cells."""
        self.query_one(ScrollableContainer).scroll_relative(x=x, y=y, animate=False)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command)


def comparison(items: Sequence[Saved]) -> list[Content]:
    """The lines: names, metrics with the best one marked, and the keys of plans that differ."""
    plans = [flat_values(item.checkpoint.manifest.plan) for item in items]
    keys = differing_keys(plans)
    table: list[tuple[str, list[str], int | None]] = [
        ("run", [item.run.name for item in items], None),
        ("checkpoint", [item.name for item in items], None),
        ("accuracy", [_accuracy(item) for item in items], _best(items, _accuracy_of)),
        ("loss", [_loss(item) for item in items], _best(items, _minus_loss)),
        ("step", [f"{item.checkpoint.manifest.step:,}" for item in items], None),
        ("next", [next_text(item) for item in items], None),
        ("trained", [duration_text(item.checkpoint.manifest.elapsed_s) for item in items], None),
        (
            "learning rate",
            [f"{item.checkpoint.manifest.learning_rate:g}" for item in items],
            None,
        ),
        ("size", [bytes_text(item.size_bytes) for item in items], None),
    ]
    differing = [(key, [_value(key, plan) for plan in plans], None) for key in keys]
    first = max(len(name) for name, _, _ in (*table, *differing))
    widths = _widths([values for _, values, _ in (*table, *differing)])
    lines = [_line(name, values, best, first, widths) for name, values, best in table]
    lines[0], lines[1] = lines[0].stylize("bold"), lines[1].stylize("bold")
    title = "What differs in their plans" if differing else "Their plans are the same"
    lines += [Content(""), Content.styled(title, "$muted")]
    return lines + [_line(key, values, None, first, widths) for key, values, _ in differing]


def _value(key: str, plan: Mapping[str, str]) -> str:
    """What a plan says of a key; the folder of a checkpoint as its reference."""
    value = plan.get(key, "–")
    path = Path(value)
    is_checkpoint = key == "start_from" and path.parent.name == "checkpoints"
    return f"{path.parents[1].name}@{path.name}" if is_checkpoint else value


def _widths(table: Sequence[Sequence[str]]) -> list[int]:
    columns = zip(*table, strict=True)
    return [min(_MOST_WIDE, max(len(text) for text in column) + 2) for column in columns]


def _line(
    name: str, values: Sequence[str], best: int | None, first: int, widths: Sequence[int]
) -> Content:
    parts = [Content.styled(printable(name).ljust(first), "$muted")]
    for index, (value, width) in enumerate(zip(values, widths, strict=True)):
        is_best = index == best
        text = Content.styled(printable(value), "bold $secondary" if is_best else "")
        if is_best:
            text += Content.styled(" ★", "$secondary")
        text = text.truncate(width, ellipsis=True)
        parts.append(text.pad_right(width - text.cell_length))
    return Content(_GAP).join(parts)


def _accuracy(item: Saved) -> str:
    accuracy = item.checkpoint.manifest.metrics.accuracy
    if accuracy is None:
        return "not tested"
    return f"{percent_text(accuracy)}{' SAMPLE' if item.is_sample else ''}"


def _loss(item: Saved) -> str:
    loss = loss_of(item)
    return "not tested" if loss is None else f"{loss:.6f}"


def _accuracy_of(item: Saved) -> float | None:
    return item.checkpoint.manifest.metrics.accuracy


def _minus_loss(item: Saved) -> float | None:
    loss = loss_of(item)
    return None if loss is None or math.isnan(loss) else -loss


def _best(items: Sequence[Saved], score: Callable[[Saved], float | None]) -> int | None:
    """The place of the best, if several were tested and one of them is better than another."""
    scores = [score(item) for item in items]
    tested = [value for value in scores if value is not None]
    return scores.index(max(tested)) if len(set(tested)) > 1 else None
