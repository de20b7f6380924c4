"""The pre-flight: what the plan on screen would take, from real batches of it."""

from __future__ import annotations

import threading
from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.api.errors import WorkbenchError
from workbench.core.text import printable, visible
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.hanging import hanging
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame

Lines = tuple[str, ...]
_NAME = 12  # what a line is about
_WAIT = "Real batches are trained, and nothing of them is kept …"


class ForecastScreen(DialogScreen[str | None]):
    """Dismissed with ``train``, with the batch size that was found, or with nothing.

    ``measure`` gives the lines, ``find`` a batch size with its lines; both are called in a
    thread, raise :class:`WorkbenchError`, and end early once the event is set that they take.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,f", "dismiss(None)", "back", id="forecast.back", tooltip="Back."),
        Binding("t", "dismiss('train')", "train", id="forecast.train", tooltip="Train the plan."),
        Binding(
            "b",
            "find",
            "batch size",
            id="forecast.batch_size",
            tooltip="Try batch sizes, and take the one that trains fastest here.",
        ),
        Binding("enter", "take", "take it", id="forecast.take", tooltip="Take the batch size."),
        Binding("y", "copy", "copy", id="forecast.copy", tooltip="Copy the command."),
    ]

    def __init__(
        self,
        command: str,
        measure: Callable[[threading.Event], Lines],
        find: Callable[[threading.Event], tuple[int, Lines]],
    ) -> None:
        super().__init__()
        self._plan_command = command
        self._measure = measure
        self._is_left = threading.Event()
        self._find = find
        self._flag = "--dry-run"
        self._found: int | None = None
        self._is_busy = False
        self._lines: Lines = ()
        self._problem = ""

    def compose(self) -> ComposeResult:
        """The lines, and below them the command."""
        with Frame("What this plan takes", classes="-forecast"):
            with VerticalScroll(can_focus=False):
                yield Static(_WAIT, id="forecast-lines", markup=False)
            yield Static(id="forecast-command", classes="command", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self._work(self._measure)

    def on_unmount(self) -> None:
        """End what is being measured."""
        self._is_left.set()

    @property
    def _command(self) -> str:
        return f"{self._plan_command} {self._flag}"

    def _work(self, measure: Callable[[threading.Event], Lines]) -> None:
        self._is_busy = True
        self._show_keys()
        self.query_one("#forecast-command", Static).update(shown_command(self._command))

        def work() -> None:
            try:
                lines, problem = measure(self._is_left), ""
            except WorkbenchError as error:
                lines, problem = (), str(error)
            self.app.call_later(self._show, lines, problem)

        self.run_worker(work, thread=True, group="forecast", exit_on_error=False)

    def _show(self, lines: Lines, problem: str) -> None:
        self._is_busy = False
        if self.is_attached:
            self._lines, self._problem = lines, problem
            self._show_lines()
            self._show_keys()

    def on_resize(self) -> None:
        """Lay the lines out anew."""
        self.call_after_refresh(self._show_lines)

    def _show_lines(self) -> None:
        panel = self.query_one("#forecast-lines", Static)
        if self._problem:
            panel.update(Content.styled(f"✗ {printable(self._problem)}", "$error"))
        elif self._lines:
            room = panel.size.width - _NAME
            panel.update(Content("\n".join(_hanging(visible(line), room) for line in self._lines)))

    def _show_keys(self) -> None:
        keys = ["t train", "y copy", "esc back"]
        if not self._is_busy:
            keys.insert(0, f"enter take {self._found}" if self._found else "b find batch size")
        self.query_one(Frame).show_keys(*keys)

    def action_find(self) -> None:
        """Try batch sizes."""
        if self._is_busy or self._found:
            return
        self._flag = "--find-batch-size"
        self._lines, self._problem = (), ""
        self.query_one("#forecast-lines", Static).update(_WAIT)

        def measure(is_left: threading.Event) -> Lines:
            found, lines = self._find(is_left)
            self._found = found
            return lines

        self._work(measure)

    def action_take(self) -> None:
        """Put the batch size into the plan."""
        if self._found and not self._is_busy:
            self.dismiss(str(self._found))

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command)


def _hanging(line: str, room: int) -> str:
    """A line that is too long goes on below its words."""
    if len(line) <= _NAME + room:
        return line
    return line[:_NAME] + hanging(line[_NAME:], room, _NAME)
