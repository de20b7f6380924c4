"""The keys of the place where one is, filtered as one types."""

from collections.abc import Iterable
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import ActiveBinding, Binding, BindingType
from textual.containers import VerticalScroll
from textual.content import Content
from textual.geometry import Size
from textual.reactive import reactive
from textual.widget import Widget
from textual.widgets import Input

from workbench.tui.hanging import hanging
from workbench.tui.keys import explanation, key_text
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame

_LEAST_ROOM = 20


class HelpScreen(DialogScreen[None]):
    """Type to filter, Escape goes back."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss", "back", id="help.back", tooltip="Close the help."),
        Binding("down", "scroll(1)", "down", show=False, id="help.down", tooltip="Scroll down."),
        Binding("up", "scroll(-1)", "up", show=False, id="help.up", tooltip="Scroll up."),
        Binding("pagedown", "scroll(10)", "page down", show=False, id="help.page_down"),
        Binding("pageup", "scroll(-10)", "page up", show=False, id="help.page_up"),
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
            (" ".join(map(key_text, same)), explanation(same[0]), same[0].description)
            for same in merged.values()
        ]

    def compose(self) -> ComposeResult:
        """The filter over the keys."""
        with Frame(f"Keys · {self._title}", "↑↓ scroll", "esc back", classes="-help"):
            yield Input(placeholder="type to filter", compact=True)
            with VerticalScroll(can_focus=False):
                yield KeyList(self._lines)

    def action_scroll(self, by: int) -> None:
        """Scroll by lines."""
        self.query_one(VerticalScroll).scroll_relative(y=by, animate=False)

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
            Content.assemble((key.ljust(column), "bold $accent"), hanging(text, room, column))
            for key, text, name in self._lines
            if wanted in f"{key} {name} {text}".lower()
        ]
        nothing = Content.styled("no key matches", "$muted")
        return Content("\n").join(found or [nothing])
