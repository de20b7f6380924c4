"""A question before something that one may not have meant."""

from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame


class ConfirmScreen(DialogScreen[bool]):
    """``y`` does it, ``n`` and Escape leave all as it is."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y,enter", "dismiss(True)", "yes", id="confirm.yes"),
        Binding("n,escape,q", "dismiss(False)", "no", id="confirm.no"),
    ]

    def __init__(self, question: str, yes: str) -> None:
        super().__init__()
        self._question = question
        self._yes = yes

    def compose(self) -> ComposeResult:
        """The question in a frame."""
        with Frame("", classes="-question"):
            yield Static(self._question, markup=False)
            yield Static(
                Content.assemble(
                    ("\ny ", "bold $accent"), self._yes, ("   n ", "bold $accent"), "leave it"
                )
            )
