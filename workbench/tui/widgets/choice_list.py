"""A list to choose from, with the arrows or with the keys of vim."""

from typing import ClassVar

from textual.binding import Binding, BindingType
from textual.widgets import OptionList


class ChoiceList(OptionList):
    """Textual's own with more keys."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("j", "cursor_down", "down", show=False, id="rows.down"),
        Binding("k", "cursor_up", "up", show=False, id="rows.up"),
        Binding("g", "first", "first", show=False, id="rows.first", tooltip="First row."),
        Binding("G", "last", "last", show=False, id="rows.last", tooltip="Last row."),
    ]
