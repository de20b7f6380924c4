"""A list of answers to pick one from."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import OptionList
from textual.widgets.option_list import Option

from workbench.core.text import printable
from workbench.tui.screens.dialog import DialogScreen

if TYPE_CHECKING:
    from workbench.tui.plan_fields import Answer


class AnswersScreen(DialogScreen[str | None]):
    """Enter picks, Escape leaves all as it was."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "dismiss(None)", "back", id="answers.back"),
        Binding("j", "move(1)", "down", show=False, id="answers.down", tooltip="Next answer."),
        Binding("k", "move(-1)", "up", show=False, id="answers.up", tooltip="Answer before."),
    ]

    def __init__(self, title: str, answers: Sequence[Answer], current: str) -> None:
        super().__init__()
        self._title = title
        self._answers = answers
        self._current = current

    def compose(self) -> ComposeResult:
        """The list in a frame."""
        frame = Vertical(classes="dialog")
        frame.border_title = Content.styled(printable(self._title), "bold")
        frame.border_subtitle = Content.styled("enter pick · esc back", "$muted")
        with frame:
            yield OptionList(
                *(Option(_prompt(answer), id=None) for answer in self._answers), markup=False
            )

    def on_mount(self) -> None:
        """Begin at the current answer."""
        values = [answer.value for answer in self._answers]
        options = self.query_one(OptionList)
        options.highlighted = values.index(self._current) if self._current in values else 0
        options.focus()

    def action_move(self, by: int) -> None:
        """Move the cursor."""
        options = self.query_one(OptionList)
        at = (options.highlighted or 0) + by
        options.highlighted = max(0, min(at, len(self._answers) - 1))

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
