"""Asking before something is done, with the command that does the same."""

from collections.abc import Callable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, Static

from workbench.core.text import printable
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame

CommandFor = Callable[[str], str]
ProblemOf = Callable[[str], str]


class AskScreen(DialogScreen[bool]):
    """Enter does it, Escape leaves all as it is, ``y`` copies the command."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "dismiss(True)", "do it", id="ask.yes", tooltip="Do it."),
        Binding("escape,n,q", "dismiss(False)", "leave it", id="ask.no", tooltip="Leave it."),
        Binding("y", "copy", "copy", id="ask.copy", tooltip="Copy the command."),
    ]

    def __init__(self, title: str, lines: list[Content], yes: str, command: str) -> None:
        super().__init__()
        self._title = title
        self._lines = lines
        self._yes = yes
        self._command = command

    def compose(self) -> ComposeResult:
        """What would happen, over the command."""
        keys = (f"enter {self._yes}", "y copy", "esc leave it")
        with Frame(self._title, *keys, classes="-ask"):
            yield Static(Content("\n").join(self._lines))
            yield Static(shown_command(self._command), classes="command")

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command)


class WriteScreen(DialogScreen[str | None]):
    """A line to write; Enter takes what has no problem, Ctrl+Y copies the command."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "back", id="write.back", tooltip="Leave it."),
        Binding("ctrl+y", "copy", "copy", id="write.copy", tooltip="Copy the command."),
    ]

    def __init__(
        self, title: str, hint: str, value: str, command: CommandFor, problem: ProblemOf
    ) -> None:
        super().__init__()
        self._title = title
        self._hint = hint
        self._value = value
        self._command = command
        self._problem = problem

    def compose(self) -> ComposeResult:
        """The line, what is wrong with it, and the command."""
        with Frame(self._title, "enter take", "ctrl+y copy", "esc back", classes="-ask"):
            yield Input(self._value, placeholder=self._hint, compact=True)
            yield Static(id="write-problem", markup=False)
            yield Static(classes="command", id="write-command", markup=False)

    def on_mount(self) -> None:
        """Begin to write."""
        self.query_one(Input).focus()
        self._show(self._value)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Say what is wrong with it, if anything is."""
        self._show(event.value)

    def _show(self, text: str) -> None:
        problem = self._problem(text) if text and text != self._value else ""
        words = Content.styled(f"✗ {printable(problem)}", "$error") if problem else Content("")
        self.query_one("#write-problem", Static).update(words)
        self.query_one("#write-command", Static).update(shown_command(self._command(text)))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Take it."""
        if event.value and event.value != self._value and not self._problem(event.value):
            self.dismiss(event.value)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command(self.query_one(Input).value))
