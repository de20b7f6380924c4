"""The menu that steers a run: each line with its command, and a field where it takes a value."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.api.errors import UserError
from workbench.core.text import printable
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.screens.train.interventions import Intervention, RunFacts
from workbench.tui.widgets.choice_list import ChoiceList
from workbench.tui.widgets.frame import Frame


@dataclass(frozen=True)
class Decision:
    """What a person decided on; ``value`` is checked, ``None`` where there is none."""

    intervention: Intervention
    value: Any = None


class SteerScreen(DialogScreen[Decision | None]):
    """Enter does the line or opens its field; a refused value stays with its problem."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "back", "back", id="steer.back", tooltip="Leave the field; leave."),
        Binding("y,ctrl+y", "copy", "copy", id="steer.copy", tooltip="Copy the command."),
    ]

    def __init__(self, run: str, items: Sequence[Intervention], facts: RunFacts | None) -> None:
        super().__init__()
        self._run = run
        self._items = items
        self._facts = facts

    def compose(self) -> ComposeResult:
        """The lines, the field, its problem, and the command."""
        with Frame(f"Steer {self._run}", classes="-steer"):
            yield ChoiceList(*(Option(item.title) for item in self._items), markup=False)
            yield Input(compact=True, id="steer-value")
            yield Static(id="steer-problem", markup=False)
            yield Static(id="steer-command", markup=False)

    def on_mount(self) -> None:
        """Begin at the first line."""
        options = self.query_one(OptionList)
        options.focus()
        options.highlighted = 0
        self._show()

    @property
    def _item(self) -> Intervention:
        return self._items[self.query_one(OptionList).highlighted or 0]

    @property
    def _field(self) -> Input:
        return self.query_one("#steer-value", Input)

    def _show(self) -> None:
        is_open, item = self._field.has_focus, self._item
        self._field.display = bool(item.key)
        self._field.placeholder = item.words
        copy = "ctrl+y copy" if is_open else "y copy"
        self.query_one(Frame).show_keys("enter do", copy, "esc back")
        command = item.shell_line(self._run, self._field.value)
        self.query_one("#steer-command", Static).update(shown_command(command))

    def _refuse(self, problem: str) -> None:
        words = Content.styled(f"✗ {printable(problem)}", "$error") if problem else Content("")
        self.query_one("#steer-problem", Static).update(words)

    def on_option_list_option_highlighted(self) -> None:
        """Another line: another command."""
        self._field.value = ""
        self._refuse("")
        self._show()

    def on_option_list_option_selected(self) -> None:
        """Do the line, or ask for its value."""
        if self._item.key:
            self._field.focus()
            self.call_after_refresh(self._show)
        else:
            self.dismiss(Decision(self._item))

    def on_input_changed(self) -> None:
        """The command follows what is typed."""
        self._refuse("")
        self._show()

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it with this value, or say what is wrong with it."""
        event.stop()
        if self._facts is None:
            self._refuse("The plugins are still being loaded; try again in a moment.")
            return
        try:
            value = self._facts.value(self._item.key, event.value)
        except UserError as error:
            self._refuse(str(error))
            return
        self.dismiss(Decision(self._item, value))

    def action_back(self) -> None:
        """From the field to the list; from the list away."""
        if not self._field.has_focus:
            self.dismiss(None)
            return
        self._refuse("")
        self._field.value = ""
        self.query_one(OptionList).focus()
        self.call_after_refresh(self._show)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._item.shell_line(self._run, self._field.value))
