"""The line in which a field is typed."""

from __future__ import annotations

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import Input

from workbench.tui.screens.train.plan.rows import FieldRow


class FieldEditor(Input):
    """Types into a field; its keys are shown like those of any other place."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter", "submit", "accept", id="editor.accept", tooltip="Take what was typed."),
        Binding(
            "escape", "cancel", "back", id="editor.cancel", tooltip="Leave the field as it was."
        ),
    ]

    def action_cancel(self) -> None:
        """Give the field back."""
        row = self.parent
        if isinstance(row, FieldRow):
            row.show(row.field)
