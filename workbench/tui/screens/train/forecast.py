"""The pre-flight: what the plan on screen would take, from real batches of it."""

from __future__ import annotations

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.screen import ModalScreen
from textual.widgets import Static

from workbench.api.errors import WorkbenchError
from workbench.core.text import printable, visible
from workbench.tui.command_line import copy_command, shown_command

Lines = tuple[str, ...]
_WAIT = "Real batches are trained, and nothing of them is kept …"


class ForecastScreen(ModalScreen[str | None]):
    """Dismissed with ``train``, with the batch size that was found, or with nothing.

    ``measure`` gives the lines, ``find`` a batch size with its lines; both are called in a
    thread and raise :class:`WorkbenchError`.
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
        measure: Callable[[], Lines],
        find: Callable[[], tuple[int, Lines]],
    ) -> None:
        super().__init__()
        self._plan_command = command
        self._measure = measure
        self._find = find
        self._flag = "--dry-run"
        self._found: int | None = None
        self._is_busy = False

    def compose(self) -> ComposeResult:
        """The lines, and below them the command."""
        frame = Vertical(classes="dialog -forecast")
        frame.border_title = "What this plan takes"
        with frame:
            with VerticalScroll(can_focus=False):
                yield Static(_WAIT, id="forecast-lines", markup=False)
            yield Static(id="forecast-command", classes="command", markup=False)

    def on_mount(self) -> None:
        """Begin."""
        self._work(self._measure)

    @property
    def _command(self) -> str:
        return f"{self._plan_command} {self._flag}"

    def _work(self, measure: Callable[[], Lines]) -> None:
        self._is_busy = True
        self._show_keys()
        self.query_one("#forecast-command", Static).update(shown_command(self._command))

        def work() -> None:
            try:
                lines = Content("\n".join(map(visible, measure())))
            except WorkbenchError as error:
                lines = Content.styled(f"✗ {printable(str(error))}", "$error")
            self.app.call_later(self._show, lines)

        self.run_worker(work, thread=True, group="forecast", exit_on_error=False)

    def _show(self, lines: Content) -> None:
        self._is_busy = False
        if self.is_attached:
            self.query_one("#forecast-lines", Static).update(lines)
            self._show_keys()

    def _show_keys(self) -> None:
        words = ["t train", "y copy", "esc back"]
        if not self._is_busy:
            words.insert(0, f"enter take {self._found}" if self._found else "b find batch size")
        subtitle = Content.styled(" · ".join(words), "$muted")
        self.query_one(".dialog").border_subtitle = subtitle

    def action_find(self) -> None:
        """Try batch sizes."""
        if self._is_busy or self._found:
            return
        self._flag = "--find-batch-size"
        self.query_one("#forecast-lines", Static).update(_WAIT)

        def measure() -> Lines:
            found, lines = self._find()
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
