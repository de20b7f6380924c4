"""A list of answers to pick one from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from workbench.core.text import printable
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.choice_list import ChoiceList
from workbench.tui.widgets.frame import Frame

if TYPE_CHECKING:
    from workbench.tui.plan_fields import Answer


class AnswersScreen(DialogScreen[str | None]):
    """Enter picks, Escape leaves all as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "back", id="answers.back"),
    ]

    def __init__(self, title: str, answers: Sequence[Answer], current: str) -> None:
        super().__init__()
        self._title = title
        self._answers = answers
        self._current = current

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        with Frame(self._title, "enter pick", "esc back"):
            yield ChoiceList(
                *(Option(_prompt(answer), id=None) for answer in self._answers), markup=False
            )

    def on_mount(self) -> None:
        """Begin at the current answer."""
        values = [answer.value for answer in self._answers]
        options = self.query_one(OptionList)
        options.highlighted = values.index(self._current) if self._current in values else 0
        options.focus()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Give back the answer."""
        self.dismiss(self._answers[event.option_index].value)


def _prompt(answer: Answer) -> Content:
    prompt = Content.styled(printable(answer.value), "bold")
    if answer.title:
        prompt += Content.styled(f"  {printable(answer.title)}", "$foreground")
    if answer.description:
        prompt += Content.styled(f"\n{printable(answer.description)}", "$muted")
    return prompt
