"""The form as a panel."""

from __future__ import annotations

import copy
import shlex
from dataclasses import replace
from typing import TYPE_CHECKING, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.api.errors import UserError
from workbench.core.text import printable
from workbench.tui.plan_fields import OWN_CODE, OWN_CODE_KEYS, OWN_OPTION, Answer, Field
from workbench.tui.screens.train.plan.rows import FieldRow, FormRows, SectionRow, move_focus
from workbench.tui.screens.train.plan.sections import sections

if TYPE_CHECKING:
    from workbench.core.config import Config
    from workbench.core.devices import DeviceSnapshot
    from workbench.core.plan import Plan
    from workbench.core.plugins import Registry
    from workbench.tui.plan_draft import PlanDraft

_PRESET = "preset"


class PlanPanel(Vertical):
    """Holds the draft; the form shows it and changes it."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("down", "move(1)", "down", show=False, id="plan.down", tooltip="Next line."),
        Binding("up", "move(-1)", "up", show=False, id="plan.up", tooltip="Previous line."),
    ]

    def __init__(self, config: Config, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._config = config
        self._preset = config.settings.default_preset
        self._draft: PlanDraft | None = None
        self._open: set[str] = set()
        self._devices: tuple[str, ...] = ("auto", "cpu")

    def compose(self) -> ComposeResult:
        """The lines, and below them what the focused one is about."""
        yield FormRows(id="plan-rows")
        yield Static(id="plan-help", markup=False)

    def on_mount(self) -> None:
        """Name the panel."""
        self.border_title = Content.styled("Plan", "bold")
        # Not at once: as a rule they are there before anyone could read it.
        self.set_timer(1.0, lambda: self._explain(self.screen.focused))

    def load(self, registry: Registry) -> None:
        """Show the default preset, now that the plugins are known; later only what they changed."""
        if self._draft is None:
            self._take_preset(self._preset, registry)
        elif self._draft.registry is not registry:
            self._draft = replace(self._draft, registry=registry)
            self._rebuild()

    def know_devices(self, snapshot: DeviceSnapshot) -> None:
        """Offer these devices."""
        gpus = sorted((len(gpu.device), gpu.device) for gpu in snapshot.gpus if gpu.device)
        self._devices = ("auto", "cpu", *(device for _, device in gpus))

    @property
    def draft(self) -> PlanDraft | None:
        """The plan as it stands on screen."""
        return self._draft

    @property
    def shell_line(self) -> str:
        """What trains this plan from a shell: its preset, and what was changed since."""
        from workbench.core.plan.differing import flat_values

        words = ["workbench", "train", "--preset", self._preset]
        before = flat_values(self._config.presets.get(self._preset, {}))
        after = self._draft.assignments if self._draft else {}
        for key, value in after.items():
            if before.get(key) != value:
                words += ["--set", f"{key}={value}"]
        return shlex.join(words)

    def plan(self) -> Plan:
        """The checked plan. Raises :class:`UserError`."""
        if self._draft is None:
            raise UserError("The plugins are still being loaded; try again in a moment.")
        return self._draft.plan()

    def set_value(self, key: str, text: str) -> None:
        """Change one field as if it had been typed."""
        if self._draft is not None:
            self._draft = self._draft.set(key, text)
            self._rebuild()

    def enter(self) -> None:
        """Focus the first line."""
        rows = self._focusable()
        if rows:
            rows[min(1, len(rows) - 1)].focus(scroll_visible=False)
            self.query_one("#plan-rows").scroll_home(animate=False)

    def action_move(self, by: int) -> None:
        """Focus the next or the previous line."""
        move_focus(self._focusable(), by)

    def _focusable(self) -> list[Widget]:
        return [row for row in self.query_one("#plan-rows").children if row.can_focus]

    def _take_preset(self, name: str, registry: Registry) -> None:
        from workbench.tui.plan_draft import PlanDraft  # the first paint needs no plan

        try:
            document = copy.deepcopy(self._config.preset(name))
        except UserError as error:
            document = {}
            self.app.notify(printable(str(error)), severity="error", markup=False)
        self._preset = name
        self._draft = PlanDraft(document, registry, self._config.plugin_paths)
        self._rebuild()

    @on(FieldRow.Submitted)
    def _submit(self, event: FieldRow.Submitted) -> None:
        event.stop()
        if self._draft is None:
            return
        if event.row.field.key == _PRESET:
            self._take_preset(event.text, self._draft.registry)
            return
        key, is_empty = event.row.field.key, not event.text.strip()
        try:
            if is_empty and key.endswith(f".{OWN_OPTION}"):
                pass  # nothing to add
            elif is_empty and self._draft.takes_any(key.rpartition(".")[0]):
                self._draft = self._draft.without(key)
            else:
                self._draft = self._draft.set(key, event.text)
        except UserError as error:
            event.row.refuse(str(error))
            return
        self._rebuild()

    @on(FieldRow.AnswersWanted)
    def _show_answers(self, event: FieldRow.AnswersWanted) -> None:
        from workbench.tui.screens.answers import AnswersScreen

        event.stop()
        row = event.row

        async def picked(value: str | None) -> None:
            if value == OWN_CODE.value:
                await row.edit(OWN_CODE.value)
            elif value is not None:
                row.post_message(FieldRow.Submitted(row, value))

        answers = row.field.answers
        if row.field.key in OWN_CODE_KEYS:
            answers = (*answers, OWN_CODE)
        self.app.push_screen(AnswersScreen(row.field.title, answers, row.field.value), picked)

    @on(SectionRow.Folded)
    def _fold(self, event: SectionRow.Folded) -> None:
        event.stop()
        self._open ^= {event.name}
        self._rebuild()

    def _rebuild(self) -> None:
        """Show the draft: in place where the lines are the same, anew where they are not."""
        holder = self.query_one("#plan-rows")
        wanted = self._rows()
        shown = list(holder.children)
        if [_identity(row) for row in shown] == [_identity(row) for row in wanted]:
            for row, new in zip(shown, wanted, strict=True):
                if isinstance(row, FieldRow) and isinstance(new, FieldRow):
                    row.show(new.field)
                elif isinstance(row, SectionRow) and isinstance(new, SectionRow):
                    row.section = new.section
                    row.refresh()
        else:
            focused = next((_identity(row) for row in shown if row.has_focus_within), None)
            holder.remove_children()
            holder.mount_all(wanted)
            for row in wanted:
                if focused is not None and _identity(row)[0] == focused[0]:
                    row.focus()
        self._explain(self.screen.focused)

    def _rows(self) -> list[Widget]:
        if self._draft is None:
            return []
        rows: list[Widget] = [FieldRow(self._preset_field()), _gap()]
        for section in sections(self._draft, has_several_devices=len(self._devices) > 3):
            if section.title:
                is_open = section.name in self._open
                rows.append(SectionRow(section, is_open))
                if not is_open:
                    continue
            for field in section.fields:
                row = FieldRow(self._with_devices(field))
                row.set_class(not field.key.endswith(".name") or bool(section.title), "-inner")
                rows.append(row)
            if not section.title:
                rows.append(_gap())
        return rows

    def _preset_field(self) -> Field:
        presets = self._config.presets
        is_changed = self._draft is not None and self._draft.document != presets.get(self._preset)
        value = f"{self._preset} *" if is_changed else self._preset
        answers = tuple(Answer(name) for name in presets)
        return Field(_PRESET, value, "A plan with a name; * means that it was changed.", answers)

    def _with_devices(self, field: Field) -> Field:
        match field.key:
            case "device":
                offered = self._devices
            case "devices":
                # Processes of the CPU where there are no GPUs; any other number can be set too.
                count = max(len(self._devices) - 2, 2)
                offered = (*(str(number) for number in range(1, count + 1)), "all")
            case _:
                return field
        names = dict.fromkeys((*offered, field.value))
        return replace(field, answers=tuple(Answer(name) for name in names))

    def on_descendant_focus(self) -> None:
        """Explain the line."""
        self.call_after_refresh(lambda: self._explain(self.screen.focused))

    def on_descendant_blur(self) -> None:
        """Explain the plan."""
        self.call_after_refresh(lambda: self._explain(self.screen.focused))

    def _explain(self, focused: Widget | None) -> None:
        row = next(
            (node for node in (focused.ancestors_with_self if focused else ()) if _is_row(node)),
            None,
        )
        self.query_one("#plan-help", Static).update(self._explanation(row))

    def _explanation(self, row: object) -> Content:
        draft = self._draft
        if draft is None:
            return Content.styled("The plugins are being loaded.", "$muted")
        if isinstance(row, FieldRow):
            return _about(row.field)
        problem = draft.problem
        if problem:
            return Content.styled(f"✗ {printable(problem)}", "$error")
        from workbench.core.hosts.calls import current_place
        from workbench.core.plugins.registry import missing_modules

        backend = draft.spec("backend")
        is_here = current_place() is None
        if backend is not None and is_here and missing_modules(backend):
            missing = f"! {backend.title} is not installed: {backend.install}"
            return Content.styled(printable(missing), "$warning")
        return Content.assemble(("t", "bold $accent"), " train   ", ("n", "bold $accent"), " edit")


def _about(field: Field) -> Content:
    text = Content.styled(printable(field.help), "$muted")
    option = field.option
    if option is not None and not field.answers:
        kind = f"{option.type_name} {option.bounds}".strip()
        text += Content.styled(f" {kind}.", "$foreground")
    return text


def _gap() -> Static:
    return Static("", classes="gap")


def _is_row(node: object) -> bool:
    return isinstance(node, (FieldRow, SectionRow))


def _identity(row: Widget) -> tuple[str, ...]:
    if isinstance(row, FieldRow):
        return (row.field.key, str(row.has_class("-inner")))
    if isinstance(row, SectionRow):
        return (f"section {row.section.name}", str(row.is_open))
    return ("",)
