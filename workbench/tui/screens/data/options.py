"""The options of a dataset in a dialog, as in the form of a plan."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, ClassVar

from textual import on
from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Static

from workbench.api.errors import UserError
from workbench.api.specs import DatasetSpec
from workbench.core.data import is_own
from workbench.core.plugins import Registry
from workbench.core.text import printable
from workbench.tui.plan_draft import PlanDraft
from workbench.tui.plan_fields import Field
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.screens.train.plan.rows import FieldRow, FormRows, move_focus
from workbench.tui.widgets.frame import Frame

Options = Mapping[str, Any]


class SetOptions:
    """The options that a person set here, by dataset."""

    def __init__(self) -> None:
        self._by_dataset: dict[str, Options] = {}

    def keep(self, dataset: str, options: Options) -> None:
        """From now on it is looked at with these."""
        self._by_dataset[dataset] = options

    def of(self, dataset: str) -> tuple[tuple[str, Any], ...]:
        """Those of a dataset, in a form that can be compared."""
        return tuple(
            (key, tuple(value) if isinstance(value, list) else value)
            for key, value in self._by_dataset.get(dataset, {}).items()
        )

    def are_missing(self, spec: DatasetSpec, dataset: str) -> bool:
        """Whether there is nothing to look at before a path was said."""
        return is_own(spec) and not self._by_dataset.get(dataset)

    def screen(self, registry: Registry, dataset: str) -> OptionsScreen:
        """The dialog that changes them."""
        return OptionsScreen(registry, dataset, self._by_dataset.get(dataset, {}))


class OptionsScreen(DialogScreen[Options | None]):
    """Enter changes a line; Escape gives what was set, ``None`` if nothing changed."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape,q", "done", "show", id="options.done", tooltip="Look with these options."),
        Binding("down,j", "move(1)", "down", show=False, id="options.down", tooltip="Next line."),
        Binding("up,k", "move(-1)", "up", show=False, id="options.up", tooltip="Line before."),
    ]

    def __init__(self, registry: Registry, dataset: str, options: Options) -> None:
        super().__init__()
        self._dataset = dataset
        self._before = dict(options)
        self._draft = PlanDraft({"dataset": {"name": dataset, **options}}, registry)

    def compose(self) -> ComposeResult:
        """The lines over what the focused one is about."""
        keys = ("enter change", "esc look at the dataset")
        with Frame(f"Options of {self._dataset}", *keys, classes="-options"):
            with FormRows():
                for field in self._draft.options("dataset"):
                    yield FieldRow(field)
            yield Static(id="options-about", markup=False)

    def on_mount(self) -> None:
        """Begin at the first line."""
        self._rows[0].focus()

    @property
    def _rows(self) -> list[FieldRow]:
        return list(self.query(FieldRow))

    def on_descendant_focus(self) -> None:
        """Explain the line."""
        row = next((row for row in self._rows if row.has_focus_within), None)
        if row is not None:
            about = Content.styled(printable(row.field.help), "$muted")
            self.query_one("#options-about", Static).update(about)

    def action_move(self, by: int) -> None:
        """Focus the next or the previous line."""
        move_focus(self._rows, by)

    @on(FieldRow.Submitted)
    def _submit(self, event: FieldRow.Submitted) -> None:
        event.stop()
        try:
            self._draft = _changed(self._draft, event.row.field, event.text)
        except UserError as error:
            event.row.refuse(str(error))
            return
        for row, field in zip(self._rows, self._draft.options("dataset"), strict=True):
            row.show(field)

    @on(FieldRow.AnswersWanted)
    def _show_answers(self, event: FieldRow.AnswersWanted) -> None:
        event.stop()
        row = event.row

        def picked(value: str | None) -> None:
            if value is not None:
                row.post_message(FieldRow.Submitted(row, value))

        answers = AnswersScreen(row.field.title, row.field.answers, row.field.value)
        self.app.push_screen(answers, picked)

    def action_done(self) -> None:
        """Leave an editor, or the dialog."""
        editing = next((row for row in self._rows if row.children), None)
        if editing is not None:
            editing.show(editing.field)
            return
        found = {**self._draft.document["dataset"]}
        del found["name"]
        self.dismiss(None if found == self._before else found)


def _changed(draft: PlanDraft, field: Field, text: str) -> PlanDraft:
    """The dataset's own options, without a plan around them."""
    changed = draft.set(field.key, text)
    return replace(changed, document={"dataset": changed.document["dataset"]})
