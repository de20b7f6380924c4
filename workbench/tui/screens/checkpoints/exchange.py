"""Writing a checkpoint to a file, and making a run out of one: a choice, a line, and the work."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList, Static
from textual.widgets.option_list import Option

from workbench.api.errors import WorkbenchError
from workbench.core.text import printable
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.choice_list import ChoiceList
from workbench.tui.widgets.frame import Frame

if TYPE_CHECKING:
    from workbench.tui.plan_fields import Answer


@dataclass(frozen=True)
class Exchange:
    """What is asked and what is done with the answers, all given the choice and the line.

    ``line_for`` is what stands in the line for a choice unless a person wrote in it, and
    ``may_be_empty`` says whether it need not be filled. ``work`` may wait, and gives the
    sentence at the end; it raises :class:`WorkbenchError`.
    """

    title: str
    answers: Sequence[Answer]
    hint: str
    line_for: Callable[[str], str]
    may_be_empty: bool
    verb: str
    doing: str
    command: Callable[[str, str], str]
    work: Callable[[str, str], str]


class ExchangeScreen(DialogScreen[str]):
    """Enter goes from the choice to the line, and from there it does it.

    Gives back the sentence at the end; an empty one if nothing was done.
    """

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "back", id="exchange.back", tooltip="Go back."),
        Binding("y,ctrl+y", "copy", "copy", id="exchange.copy", tooltip="Copy the command."),
    ]

    def __init__(self, exchange: Exchange) -> None:
        super().__init__()
        self._exchange = exchange
        self._is_working = False
        self._done = ""

    def compose(self) -> ComposeResult:
        """The choices, the line, how it goes, and the command."""
        with Frame(self._exchange.title, classes="-exchange"):
            yield ChoiceList(*map(_option, self._exchange.answers), markup=False)
            yield Input(placeholder=self._exchange.hint, compact=True, select_on_focus=False)
            yield Static(id="exchange-state", markup=False)
            yield Static(id="exchange-command", classes="command", markup=False)

    def on_mount(self) -> None:
        """Begin at the first choice."""
        self.query_one(OptionList).highlighted = 0
        self.query_one(OptionList).focus()

    @property
    def _choice(self) -> str:
        return self._exchange.answers[self.query_one(OptionList).highlighted or 0].value

    @property
    def _line(self) -> Input:
        return self.query_one(Input)

    @property
    def _command(self) -> str:
        return self._exchange.command(self._choice, self._line.value)

    def on_option_list_option_highlighted(self, event: OptionList.OptionHighlighted) -> None:
        """Write what goes with the choice, unless somebody wrote something else."""
        made = [self._exchange.line_for(answer.value) for answer in self._exchange.answers]
        if self._line.value in ("", *made):
            self._line.value = self._exchange.line_for(self._choice)
        self._show()

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """Go to the line."""
        if self._done:
            self.dismiss(self._done)
        else:
            self._line.focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """Another command."""
        self._show()

    def on_descendant_focus(self) -> None:
        """Other keys."""
        self._show()

    def _show(self) -> None:
        self.query_one("#exchange-command", Static).update(shown_command(self._command))
        in_line = self._line.has_focus
        keys = (
            (f"enter {self._exchange.verb}", "ctrl+y copy") if in_line else ("enter next", "y copy")
        )
        if self._done:
            keys = ("enter back", "y copy")
        self.query_one(Frame).show_keys(*keys, "tab", "esc back")

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Do it."""
        choice, text = self._choice, event.value.strip()
        if self._done:
            self.dismiss(self._done)
            return
        if self._is_working or not (text or self._exchange.may_be_empty):
            return
        self._is_working = True
        self._say(Content.styled(f"{self._exchange.doing} …", "$warning"))

        def work() -> None:
            try:
                sentence, is_done = self._exchange.work(choice, text), True
            except (WorkbenchError, OSError) as error:
                sentence, is_done = str(error), False
            self.app.call_later(self._end, sentence, is_done)

        self.app.run_worker(work, thread=True, group="exchange", exit_on_error=False)

    def _end(self, sentence: str, is_done: bool) -> None:
        self._is_working, self._done = False, sentence if is_done else ""
        words = printable(sentence)
        if not self.is_attached:  # somebody went on meanwhile
            self.app.notify(
                words,
                severity="information" if is_done else "error",
                timeout=10,
                markup=False,
            )
            return
        look = ("✓ ", "$success") if is_done else ("✗ ", "$error")
        self._say(Content.styled(look[0] + words, look[1]))
        if is_done:
            self.query_one(OptionList).focus()

    def _say(self, words: Content) -> None:
        self.query_one("#exchange-state", Static).update(words)
        self._show()

    def action_leave(self) -> None:
        """Go back; what is at work goes on."""
        self.dismiss(self._done)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command)


def _option(answer: Answer) -> Option:
    prompt = Content.styled(printable(answer.value), "bold")
    for text in (answer.title, answer.description):
        if text:
            prompt += Content.styled(f"  {printable(text)}", "$muted")
    return Option(prompt)
