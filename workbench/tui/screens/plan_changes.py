"""Training a plan that there is, as it is or with other values."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.widgets import Input, Static

from workbench.api.errors import UserError, WorkbenchError
from workbench.core.plan import Plan
from workbench.core.plugins.record import Kind
from workbench.core.text import printable
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.plan_draft import PlanDraft
from workbench.tui.plan_fields import Field
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.screens.filter_line import FilterField, FilterLine, has_words
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, plain

CommandOf = Callable[[Sequence[str], bool], str]
"""The command that trains with changes, each as KEY=VALUE, at once or in the queue."""
_COLUMNS = (Column("key", 24), Column("value", 0), Column("new value", 0))
_KEYS = (
    "enter change", "t train", "w queue", "/ find", "⌫ revert", "y copy", "esc back",
)  # fmt: skip
_PARTS: tuple[Kind, ...] = ("dataset", "model", "optimizer", "backend")
_TABLES = ("", "data", "schedule", "checkpoint")


@dataclass(frozen=True)
class Repetition:
    """What a person decided on: the plan, whether it waits, and the command for a shell."""

    plan: Plan
    is_queued: bool
    command: str


@dataclass(frozen=True)
class Changes:
    """A run's plan and what is laid over it, key by key."""

    base: PlanDraft
    values: Mapping[str, str]

    @property
    def draft(self) -> PlanDraft:
        """The plan with the changes. Raises :class:`UserError`."""
        draft = self.base
        for key, text in self.values.items():
            draft = draft.set(key, text)
        return draft

    def having(self, key: str, text: str) -> "Changes":
        """With one more change; none if it is what the plan says. Raises :class:`UserError`."""
        rest = {other: value for other, value in self.values.items() if other != key}
        before = {field.key: field.value for field in fields_of(self.base)}
        changed = replace(self, values=rest if before.get(key) == text else {**rest, key: text})
        assert changed.draft
        return changed

    @property
    def assignments(self) -> list[str]:
        """The changes as ``--set`` takes them."""
        return [f"{key}={text}" for key, text in self.values.items()]


def fields_of(draft: PlanDraft) -> list[Field]:
    """Every key of the plan, the parts with their options first."""
    found = []
    for part in _PARTS:
        found += [draft.choice(part), *draft.options(part)]
    for table in _TABLES:
        found += draft.options(table)
    return found


class RepeatScreen(DialogScreen[Repetition | None]):
    """Enter changes the key under the cursor; then ``t`` trains, or ``w`` lets it wait."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("t", "train", "train", id="repeat.train", tooltip="Start the new run."),
        Binding("w", "queue", "queue", id="repeat.queue", tooltip="Put it into the queue."),
        Binding("slash", "filter", "find", key_display="/", id="repeat.find",
                tooltip="Show only the keys that have what you type."),
        Binding("backspace,delete", "revert", "revert", key_display="⌫", id="repeat.revert",
                tooltip="Take the run's own value again."),
        Binding("y", "copy", "copy", id="repeat.copy", tooltip="Copy the command."),
        Binding("escape", "leave", "back", id="repeat.back", tooltip="Leave the field; leave."),
    ]  # fmt: skip

    def __init__(self, title: Content, base: PlanDraft, command: CommandOf) -> None:
        super().__init__()
        self._title = title
        self._command_of = command
        self._changes = Changes(base, {})
        self._words = ""
        self._unfit = ""
        self._fields: dict[str, Field] = {}

    def compose(self) -> ComposeResult:
        """The keys, the field for a new value, and the command."""
        with Frame(self._title, classes="-repeat"):
            yield LongTable("No key has these words.", id="repeat-keys")
            yield FilterLine(id="repeat-filter")
            with Horizontal(id="repeat-value"):
                yield Static(id="repeat-key", markup=False)
                yield Input(compact=True)
            yield Static(id="repeat-help", markup=False)
            yield Static(id="repeat-command", markup=False)

    def on_mount(self) -> None:
        """Begin with the plan as it is."""
        self.query_one(LongTable).focus()
        self._show()

    def on_resize(self) -> None:
        """Lay out anew."""
        self.call_after_refresh(self._show)

    @property
    def _field(self) -> Field | None:
        return self._fields.get(self.query_one(LongTable).key or "")

    def _show(self) -> None:
        before = {field.key: field.value for field in fields_of(self._changes.base)}
        words = self._words.lower().split()
        found = [
            field
            for field in fields_of(self._changes.draft)
            if has_words(f"{field.key} {field.value}", words)
        ]
        self._fields = {field.key: field for field in found}
        self.query_one(LongTable).show(
            _COLUMNS,
            [field.key for field in found],
            lambda key: _cells(self._fields[key], before.get(key)),
            frozenset(self._changes.values),
        )
        self._unfit = self._changes.draft.problem
        self._show_field()
        command = self._command_of(self._changes.assignments, False)
        self.query_one("#repeat-command", Static).update(shown_command(command))

    def _show_field(self) -> None:
        """What the key under the cursor means, or what is wrong with what is typed."""
        field, line = self._field, self.query_one("#repeat-value Input", Input)
        text = Content("")
        if field is not None:
            option = field.option
            kind = f"{option.type_name} {option.bounds}".strip() if option else ""
            text = Content.assemble((printable(field.help), "$muted"), f"  {kind}" if kind else "")
            problem = self._problem(line.value) if line.has_focus else self._unfit
            if problem:
                text = Content.styled(f"✗ {printable(problem)}", "$error")
        self.query_one("#repeat-help", Static).update(text)
        keys = ("enter take", "esc leave") if line.has_focus else _KEYS
        self.query_one(Frame).show_keys(*keys)

    def _problem(self, text: str) -> str:
        field = self._field
        try:
            if field is not None:
                self._changes.having(field.key, text)
        except UserError as error:
            return str(error)
        return ""

    @on(LongTable.Moved)
    def _moved(self) -> None:
        self._show_field()

    @on(LongTable.Chosen)
    def _change(self) -> None:
        """Pick from the answers, or type."""
        field = self._field
        if field is None:
            return
        if field.answers:
            answers = AnswersScreen(field.key, field.answers, field.value)
            self.app.push_screen(answers, self._take)
            return
        line = self.query_one("#repeat-value Input", Input)
        self.query_one("#repeat-key", Static).update(Content(f"{field.key} = "))
        self.query_one("#repeat-value").add_class("-open")
        line.value = field.value
        line.focus()

    def _take(self, text: str | None) -> None:
        field = self._field
        if text is None or field is None:
            return
        try:
            self._changes = self._changes.having(field.key, text)
        except UserError as error:
            self.app.notify(printable(str(error)), severity="error", markup=False)
        self._show()

    @on(Input.Changed, "#repeat-value Input")
    def _typed(self) -> None:
        self._show_field()

    @on(Input.Submitted, "#repeat-value Input")
    def _submitted(self, event: Input.Submitted) -> None:
        if not self._problem(event.value):
            self._close_line()
            self._take(event.value)

    def _close_line(self) -> None:
        self.query_one("#repeat-value").remove_class("-open")
        self.query_one(LongTable).focus()

    def on_descendant_focus(self) -> None:
        """The keys below are those of where one is now."""
        if self.is_current:
            self._show_field()

    def on_descendant_blur(self) -> None:
        """Nor those of the field that was left."""
        self.on_descendant_focus()

    def action_revert(self) -> None:
        """Take the run's own value again."""
        field = self._field
        if field is not None and field.key in self._changes.values:
            rest = {key: text for key, text in self._changes.values.items() if key != field.key}
            self._changes = replace(self._changes, values=rest)
            self._show()

    def action_filter(self) -> None:
        """Begin to type what the keys must have."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Typed)
    def _filter(self, event: FilterLine.Typed) -> None:
        self._words = event.words
        self._show()

    @on(FilterField.Left)
    def _leave_filter(self) -> None:
        self.query_one(LongTable).focus()

    def action_leave(self) -> None:
        """Leave the field, then the filter, then the dialog."""
        if self.query_one("#repeat-value").has_class("-open"):
            self._close_line()
        elif self.query_one(FilterLine).is_open:
            self.query_one(FilterLine).close()
            self.query_one(LongTable).focus()
        else:
            self.dismiss(None)

    def action_copy(self) -> None:
        """Copy the command."""
        copy_command(self.app, self._command_of(self._changes.assignments, False))

    def action_train(self) -> None:
        """Start it."""
        self._decide(is_queued=False)

    def action_queue(self) -> None:
        """Let it wait."""
        self._decide(is_queued=True)

    def _decide(self, *, is_queued: bool) -> None:
        try:
            plan = self._changes.draft.plan()
        except WorkbenchError as error:
            self.app.notify(printable(str(error)), severity="error", timeout=10, markup=False)
            return
        values = self._changes.assignments
        command = self._command_of(values, is_queued)
        self.dismiss(Repetition(plan, is_queued, command))


def _cells(field: Field, before: str | None) -> tuple[Cell, Cell, Cell]:
    value = "" if before is None else printable(before)
    is_changed = before != field.value
    new = plain(printable(field.value), "bold $secondary") if is_changed else plain("")
    return plain(field.key, "bold" if is_changed else ""), plain(value, "$muted"), new
