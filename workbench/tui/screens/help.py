"""The keys of the place where one is, filtered as one types."""

import textwrap
from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from workbench.tui.keys import explanation, key_text
from workbench.tui.screens.dialog import DialogScreen

_LEAST_ROOM = 20


class HelpScreen(DialogScreen[None]):
    """Type to filter, Escape goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "back", id="help.back", tooltip="Close the help."),
    ]

    def __init__(self, title: str, active: Iterable[ActiveBinding]) -> None:
        super().__init__()
        self._title = title
        own = (item for item in active if item.binding.id)  # Textual's own have no id
        unique = {(item.binding.key, item.binding.description): item.binding for item in own}
        merged: dict[tuple[str, str], list[Binding]] = {}
        for binding in unique.values():
            merged.setdefault((binding.action, binding.description), []).append(binding)
        self._lines = [
            (", ".join(map(key_text, same)), explanation(same[0]), same[0].description)
            for same in merged.values()
        ]

    def compose(self) -> ComposeResult:
        """The filter over the keys."""
        frame = Vertical(classes="dialog -help")
        frame.border_title = Content.styled(f"Keys · {self._title}", "bold")
        frame.border_subtitle = Content.styled("esc back", "$muted")
        with frame:
            yield Input(placeholder="type to filter", compact=True)
            with VerticalScroll(can_focus=False):
                yield KeyList(self._lines)

    def on_input_changed(self, event: Input.Changed) -> None:
        """Show those that match."""
        self.query_one(KeyList).wanted = event.value


class KeyList(Widget):
    """Keys and what they do, for the width there is: so they are there in the first frame."""

    DEFAULT_CSS = "KeyList { height: auto; }"

    wanted = reactive("", layout=True)

    def __init__(self, lines: list[tuple[str, str, str]]) -> None:
        super().__init__()
        self._lines = lines

    def get_content_height(self, container: Size, viewport: Size, width: int) -> int:
        """As many as the lines are at a width."""
        return self._content(width).plain.count("\n") + 1

    def render(self) -> Content:
        """Those that match."""
        return self._content(self.content_size.width)

    def _content(self, width: int) -> Content:
        wanted = self.wanted.lower()
        column = max((len(key) for key, _, _ in self._lines), default=0) + 2
        room = max(_LEAST_ROOM, width - column)
        found = [
            Content.assemble((key.ljust(column), "bold $accent"), _indented(text, room, column))
            for key, text, name in self._lines
            if wanted in f"{key} {name} {text}".lower()
        ]
        nothing = Content.styled("no key matches", "$muted")
        return Content("\n").join(found or [nothing])


def _indented(text: str, room: int, by: int) -> str:
    """A sentence whose further lines begin below its first word."""
    return f"\n{' ' * by}".join(textwrap.wrap(text, room))
