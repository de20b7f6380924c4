"""The lines of the form: a field that can be changed, and a heading that folds."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, ClassVar

from textual.actions import SkipAction
from textual.binding import Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.message import Message
from textual.reactive import reactive
from textual.widget import Widget

from workbench.core.text import printable
from workbench.tui.plan_fields import OWN_OPTION, OWN_OPTION_HINT

if TYPE_CHECKING:
    from textual.widgets import Input

    from workbench.tui.plan_fields import Field
    from workbench.tui.screens.train.plan.sections import Section

LABEL_WIDTH = 15


def move_focus(rows: Sequence[Widget], by: int) -> None:
    """Focus a line of a form, so many after the one in which one is; none beyond the ends."""
    at = next((i for i, row in enumerate(rows) if row.has_focus_within), -1)
    if 0 <= at + by < len(rows):
        rows[at + by].focus()


class FormRows(VerticalScroll, can_focus=False):
    """The lines of a form: ↑ and ↓ go from line to line also where not all of them fit."""

    def action_scroll_down(self) -> None:
        """Leave the key to the form."""
        raise SkipAction

    def action_scroll_up(self) -> None:
        """Leave the key to the form."""
        raise SkipAction


class FieldRow(Widget, can_focus=True):
    """A field in one line; Enter changes it, and what is wrong stands below it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,space", "change", "change", id="field.change", tooltip="Change the field."),
        Binding(
            "right", "step(1)", "next", show=False, id="field.next", tooltip="Take the next answer."
        ),
        Binding(
            "left",
            "step(-1)",
            "previous",
            show=False,
            id="field.previous",
            tooltip="Take the answer before.",
        ),
    ]
    problem: reactive[str] = reactive("", layout=True)

    @dataclass
    class Submitted(Message):
        """A person wants this field to be ``text``."""

        row: FieldRow
        text: str

    @dataclass
    class AnswersWanted(Message):
        """A person wants to see all answers."""

        row: FieldRow

    def __init__(self, field: Field) -> None:
        super().__init__()
        self.field = field

    @property
    def is_switch(self) -> bool:
        """Whether it is either true or false."""
        return [answer.value for answer in self.field.answers] == ["true", "false"]

    def show(self, field: Field) -> None:
        """Show the field as it is now, without an editor or a problem."""
        self.problem = ""
        self.field = field
        self._close_editor()
        self.refresh()

    def _close_editor(self) -> None:
        for editor in self.children:
            had_focus = editor.has_focus
            editor.remove()
            if had_focus:
                self.focus()

    def refuse(self, sentence: str) -> None:
        """Say below the field why it can't be so."""
        self.problem = printable(sentence)

    def get_content_height(self, container: object, viewport: object, width: int) -> int:
        """One line, and those of the problem."""
        return 1 + (len(self._problem_lines(width)) if self.problem else 0)

    def _problem_lines(self, width: int) -> list[Content]:
        text = Content.styled(f"✗ {self.problem}", "$error")
        return text.wrap(max(8, width))

    def render(self) -> Content:
        """The label and the value."""
        width = self.content_size.width
        is_name = self.field.key.endswith(".name")
        label = self.field.label.replace("_", " ")
        label = label.capitalize() if not self.has_class("-inner") else f"  {label}"
        style = "$muted" if not is_name else "$foreground"
        value = self._shown_value()
        sign = "▾" if self.field.answers and not self.is_switch else ""
        room = max(1, width - LABEL_WIDTH - (2 if sign else 0))
        if len(value) > room:
            value = f"{value[: room - 1]}…"
        look = "bold $foreground" if is_name or not self.field.is_default else "$foreground"
        line = Content.assemble(
            (label[: LABEL_WIDTH - 1].ljust(LABEL_WIDTH), style), (value.ljust(room), look)
        )
        if sign:
            line += Content.styled(f" {sign}", "$muted")
        if not self.problem:
            return line
        return Content("\n").join([line, *self._problem_lines(width)])

    def _shown_value(self) -> str:
        if self.is_switch:
            return "✓ yes" if self.field.value == "true" else "· no"
        return printable(self.field.value)

    async def action_change(self) -> None:
        """Toggle it, show its answers, or type in it."""
        if self.is_switch:
            self.action_step(1)
        elif self.field.answers:
            self.post_message(self.AnswersWanted(self))
        elif not self.children:
            is_own = self.field.key.endswith(f".{OWN_OPTION}")
            await self.edit(OWN_OPTION_HINT if is_own else "")

    async def edit(self, hint: str = "") -> None:
        """Type in it; ``hint`` is what an answer that isn't listed looks like."""
        from workbench.tui.screens.train.plan.editor import FieldEditor

        is_listed = self.field.value in [answer.value for answer in self.field.answers]
        text = "" if hint and is_listed else self.field.value
        editor = FieldEditor(text, placeholder=hint, compact=True, select_on_focus=True)
        # Focused before the next key is looked at: it is meant for the editor.
        await self.mount(editor)
        self.screen.set_focus(editor)

    def action_step(self, by: int) -> None:
        """Take the next or the previous answer."""
        values = [answer.value for answer in self.field.answers]
        if len(values) > 1:
            at = values.index(self.field.value) if self.field.value in values else -by
            self.post_message(self.Submitted(self, values[(at + by) % len(values)]))

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter in the editor."""
        event.stop()
        self.post_message(self.Submitted(self, event.value))

    def on_input_changed(self, event: Input.Changed) -> None:
        """What was wrong may be right now."""
        event.stop()
        self.problem = ""

    def on_input_blurred(self, event: Input.Blurred) -> None:
        """Whoever leaves the editor leaves the field as it was."""
        event.stop()
        if not self.problem:
            self.show(self.field)

    async def on_click(self) -> None:
        """A click is Enter."""
        if not self.children:
            await self.action_change()


class SectionRow(Widget, can_focus=True):
    """A heading; Enter folds its lines away or shows them."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding(
            "enter,space,left,right",
            "fold",
            "fold",
            id="section.fold",
            tooltip="Show or hide the lines of the section.",
        ),
    ]

    @dataclass
    class Folded(Message):
        """A person folded the section, or unfolded it."""

        name: str

    def __init__(self, section: Section, is_open: bool) -> None:
        super().__init__()
        self.section = section
        self.is_open = is_open

    def render(self) -> Content:
        """The heading."""
        line = Content.assemble(
            ("▾ " if self.is_open else "▸ ", "$accent"), (self.section.title, "$foreground")
        )
        if self.section.hint and not self.is_open:
            line += Content.styled(f"  {printable(self.section.hint)}", "$muted")
        return line.truncate(self.content_size.width, ellipsis=True)

    def action_fold(self) -> None:
        """Fold or unfold."""
        self.post_message(self.Folded(self.section.name))

    def on_click(self) -> None:
        """A click is Enter."""
        self.action_fold()
