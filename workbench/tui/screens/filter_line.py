"""The line in which one types what the rows must have."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import ClassVar

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.containers import Horizontal
from textual.content import Content
from textual.message import Message
from textual.widgets import Input, Static


def has_words(text: str, words: Iterable[str]) -> bool:
    """Whether each of the words, in small letters, is somewhere in a row's text."""
    text = text.lower()
    return all(word in text for word in words)


class FilterField(Input):
    """A field with the keys of its line; most that a field has by itself are no use here."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("enter,down", "leave", "to the table", id="filter.leave"),
        Binding("escape", "screen.leave", "all rows", id="filter.clear"),
    ]

    @dataclass
    class Left(Message):
        """Whoever typed goes back to the table."""

    def __init__(self) -> None:
        super().__init__(placeholder="type to filter", select_on_focus=False, compact=True)

    def action_leave(self) -> None:
        """Go back to the table with what was typed."""
        self.post_message(self.Left())


class FilterLine(Horizontal):
    """Hidden until it is opened; Enter and the arrow down go back to the table."""

    DEFAULT_CSS = """
    FilterLine { height: 1; padding: 0 1; background: $panel; display: none; }
    FilterLine > Static { width: 2; }
    FilterLine > Input { width: 1fr; background: $panel; height: 1; margin: 0; }
    FilterLine.-open { display: block; }
    """

    @dataclass
    class Typed(Message):
        """The words are others now."""

        words: str

    def compose(self) -> ComposeResult:
        """A sign and the field."""
        yield Static(Content.styled("/", "bold $accent"))
        yield FilterField()

    @property
    def is_open(self) -> bool:
        """Whether it is to be seen."""
        return self.has_class("-open")

    def open(self) -> None:
        """Show it and begin to type."""
        self.add_class("-open")
        self.query_one(Input).focus()

    def close(self) -> None:
        """Empty and hide it."""
        self.query_one(Input).value = ""
        self.remove_class("-open")

    def on_input_changed(self, event: Input.Changed) -> None:
        """Tell the words."""
        event.stop()
        self.post_message(self.Typed(event.value))

    def on_filter_field_left(self) -> None:
        """Nothing was typed: nothing to show."""
        self.set_class(bool(self.query_one(Input).value), "-open")
