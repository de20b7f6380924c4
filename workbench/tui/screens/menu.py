"""All that can be done with the runs that are meant, each with its key and its command."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.choice_list import ChoiceList
from workbench.tui.widgets.frame import Frame

if TYPE_CHECKING:
    from workbench.tui.screens.place import PlaceScreen

_WORDS_WIDTH = 9


@dataclass(frozen=True)
class MenuItem:
    """An action of the screen."""

    action: str
    key: str
    words: str
    command: str


def open_menu(
    screen: PlaceScreen, title: str, items: Sequence[MenuItem], meant: Callable[[], object]
) -> None:
    """Show the items, and do what is picked unless other rows than before are ``meant`` by then.

    The table goes on beneath: a row that is gone leaves the cursor on another.
    """
    before = meant()

    def picked(action: str | None) -> None:
        if action is None:
            return
        if meant() != before:
            screen.complain(f"The table changed meanwhile; nothing was done to {title}.")
            return
        screen.call_later(screen.run_action, action)

    screen.app.push_screen(MenuScreen(title, items), picked)


class MenuScreen(DialogScreen[str | None]):
    """Enter gives back the action, ``y`` copies its command."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q,m", "dismiss(None)", "back", id="menu.back", tooltip="Do nothing."),
        Binding("y", "copy", "copy", id="menu.copy", tooltip="Copy the command."),
    ]

    def __init__(self, title: str, items: Sequence[MenuItem]) -> None:
        super().__init__()
        self._title = title
        self._items = items

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        with Frame(self._title, "enter do", "y copy", "esc back", classes="-menu"):
            yield ChoiceList(*(Option(_prompt(item)) for item in self._items), markup=False)

    def on_mount(self) -> None:
        """Begin at the first one."""
        self.query_one(OptionList).focus()
        self.query_one(OptionList).highlighted = 0

    def action_copy(self) -> None:
        """Copy the command under the cursor."""
        at = self.query_one(OptionList).highlighted
        if at is not None:
            copy_command(self.app, self._items[at].command)

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give back the action."""
        self.dismiss(self._items[event.option_index].action)


def _prompt(item: MenuItem) -> Content:
    return Content.assemble(
        (item.key.ljust(6), "bold $accent"),
        (item.words.ljust(_WORDS_WIDTH), "bold"),
        "  ",
        shown_command(item.command),
    )
