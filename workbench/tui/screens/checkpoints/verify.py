"""Comparing the files of checkpoints with their SHA-256, with how far it is."""

import time
from collections.abc import Sequence
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.widgets import Static
from textual.worker import get_current_worker

from workbench.api.errors import WorkbenchError
from workbench.core.checkpoints.store import OnRead, verify
from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.checkpoints.reading import Saved, names_of
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.progress import progress_bar

_TOLD_S = 0.1
_SHOWN_WHOLE = 200


class CancelledError(Exception):
    """The dialog was closed."""


class VerifyScreen(DialogScreen[None]):
    """Begins at once; Escape ends it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,enter", "dismiss(None)", "back", id="verify.back", tooltip="End it."),
        Binding("y", "copy", "copy", id="verify.copy", tooltip="Copy the command."),
        Binding("j", "scroll(1)", "down", show=False, id="verify.down", tooltip="Scroll down."),
        Binding("k", "scroll(-1)", "up", show=False, id="verify.up", tooltip="Scroll up."),
    ]

    def __init__(self, items: Sequence[Saved], command: str) -> None:
        super().__init__()
        self._items = items
        self._command = command
        self._total = sum(item.size_bytes for item in items)
        self._results: list[Content] = []
        self._damaged = 0
        self._count = 0

    def compose(self) -> ComposeResult:
        """The bar, the results, the command."""
        title = f"Verify {names_of(self._items)}"
        with Frame(title, "y copy", "esc back", classes="-verify"):
            yield Static(id="verify-bar", markup=False)
            with VerticalScroll():
                yield Static(id="verify-results", markup=False)
            yield Static(shown_command(self._command), classes="command", markup=False)

    def on_mount(self) -> None:
        """Begin to read."""
        self.query_one(VerticalScroll).focus()
        self._show_bar(0)
        self.run_worker(self._verify, thread=True, group="verify", exit_on_error=False)

    def _verify(self) -> None:
        worker, done, told = get_current_worker(), 0, 0.0

        def on_read(count: int) -> None:
            nonlocal done, told
            if worker.is_cancelled:
                raise CancelledError
            done += count
            if time.monotonic() - told > _TOLD_S:
                told = time.monotonic()
                self.app.call_later(self._show_bar, done)

        try:
            for item in self._items:
                self.app.call_later(self._take, item, _problem(item, on_read))
        except CancelledError:
            return
        self.app.call_later(self._show_bar, self._total)

    def _show_bar(self, done: int) -> None:
        if not self.is_attached:
            return
        panel = self.query_one("#verify-bar", Static)
        if self._count == len(self._items):
            words = f"✗ damaged: {self._damaged}; use others of the same run"
            whole = f"✓ {'it is' if self._count == 1 else f'all {self._count:,} are'} whole"
            style = "$error" if self._damaged else "$success"
            panel.update(Content.styled(words if self._damaged else whole, f"bold {style}"))
            return
        text = f" {bytes_text(done)} of {bytes_text(self._total)}"
        width = max(8, panel.content_size.width - len(text))
        panel.update(progress_bar(done / max(1, self._total), width) + Content(text))

    def _take(self, item: Saved, problem: str) -> None:
        self._count += 1
        self._damaged += bool(problem)
        if problem:
            words = Content.styled(f"✗ {printable(problem)}", "$error")
            self._results.insert(self._damaged - 1, words)
        elif len(self._results) < _SHOWN_WHOLE:
            name = Content(f" {printable(item.reference)} ")
            size = Content.styled(bytes_text(item.size_bytes), "$muted")
            self._results.append(Content.styled("✓", "$success") + name + size)
        if self.is_attached:
            self.query_one("#verify-results", Static).update(Content("\n").join(self._results))

    def action_scroll(self, by: int) -> None:
        """Scroll the results."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command)


def _problem(item: Saved, on_read: OnRead) -> str:
    """What is wrong with a checkpoint's files; empty if nothing is."""
    try:
        verify(item.checkpoint, on_read)
    except (WorkbenchError, OSError) as error:
        return str(error)
    return ""
