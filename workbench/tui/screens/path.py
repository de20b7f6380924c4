"""Asking for a file or a folder, with what is there below what one types."""

import os
from collections.abc import Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import ClassVar, Literal

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.widgets import Input, OptionList
from textual.widgets.option_list import Option

from workbench.core.text import printable
from workbench.tui.screens.dialog import DialogScreen
from workbench.tui.widgets.frame import Frame

_SHOWN = 200


@dataclass(frozen=True)
class Entry:
    """What lies in the folder: its path as the person would write it."""

    text: str
    is_folder: bool


class PathScreen(DialogScreen[Path | None]):
    """Tab completes, Enter takes what is typed or goes into the folder under the cursor."""

    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "dismiss(None)", "back", id="path.back", tooltip="Leave all as it is."),
        Binding("down", "move(1)", "down", show=False, id="path.down", priority=True),
        Binding("up", "move(-1)", "up", show=False, id="path.up", priority=True),
        Binding("tab", "complete", "complete", show=False, id="path.complete", priority=True),
    ]

    def __init__(
        self,
        title: str,
        wanted: Literal["file", "folder"],
        start: Path,
        suffixes: Sequence[str] = (),
    ) -> None:
        super().__init__()
        self._title = title
        self._wanted = wanted
        self._start = f"{start}{os.sep}"
        self._suffixes = tuple(suffixes)
        self._entries: list[Entry] = []

    def compose(self) -> ComposeResult:
        """The field over the entries."""
        take = f"enter take the {self._wanted}"
        with Frame(self._title, take, "↑↓ choose", "tab complete", "esc back", classes="-path"):
            yield Input(self._start, select_on_focus=False, compact=True)
            entries = OptionList(markup=False)
            entries.can_focus = False
            yield entries

    def on_mount(self) -> None:
        """Begin to type."""
        self.query_one(Input).focus()

    def on_input_changed(self, event: Input.Changed) -> None:
        """List what begins like this; ``//`` and ``/~`` begin anew."""
        text = restarted(event.value)
        if text != event.value:
            self._write(text)
            return

        def read() -> None:
            found = entries_for(text, self._wanted, self._suffixes)
            self.app.call_later(partial(self._take, text, found))

        self.run_worker(read, thread=True, exclusive=True, group="path", exit_on_error=False)

    def _take(self, text: str, entries: list[Entry]) -> None:
        if not self.is_attached or text != self.query_one(Input).value:
            return
        self._entries = entries
        options = self.query_one(OptionList)
        options.clear_options()
        options.add_options([Option(_prompt(entry)) for entry in entries])
        options.highlighted = None

    def action_move(self, by: int) -> None:
        """Move the cursor in the list; above its first entry is the field."""
        options = self.query_one(OptionList)
        at = -1 if options.highlighted is None else options.highlighted
        at = max(-1, min(len(self._entries) - 1, at + by))
        options.highlighted = None if at < 0 else at

    def action_complete(self) -> None:
        """Write the entry under the cursor, or as much as all entries share."""
        options = self.query_one(OptionList)
        if options.highlighted is not None:
            self._write(self._entries[options.highlighted].text)
        elif self._entries:
            shared = shared_beginning([entry.text for entry in self._entries])
            if len(shared) > len(self.query_one(Input).value):
                self._write(shared)

    def _write(self, text: str) -> None:
        field = self.query_one(Input)
        field.value = text
        field.cursor_position = len(text)

    def on_input_submitted(self, event: Input.Submitted) -> None:
        """Enter."""
        options = self.query_one(OptionList)
        if options.highlighted is None:
            if event.value.strip():
                self.dismiss(Path(event.value).expanduser())
        else:
            self._enter(self._entries[options.highlighted])

    def on_option_list_option_selected(self, event: OptionList.OptionSelected) -> None:
        """A click."""
        self._enter(self._entries[event.option_index])

    def _enter(self, entry: Entry) -> None:
        if entry.is_folder:
            self._write(entry.text)
        else:
            self.dismiss(Path(entry.text).expanduser())


def entries_for(text: str, wanted: str, suffixes: tuple[str, ...]) -> list[Entry]:
    """What begins like this text: folders first, and files of these suffixes if they are wanted.

    Hidden ones are there for who types their dot.
    """
    head, _, beginning = text.rpartition(os.sep)
    place = Path(f"{head}{os.sep}" if head or text.startswith(os.sep) else ".").expanduser()
    try:
        with os.scandir(place) as items:
            near = [item for item in items if _begins(item.name, beginning)]
    except OSError:
        return []
    found = [entry for item in near if (entry := _entry(item, head, text)) is not None]
    wanted_files = wanted == "file"
    shown = [
        entry
        for entry in found
        if entry.is_folder or (wanted_files and entry.text.lower().endswith(suffixes or ("",)))
    ]
    return sorted(shown, key=lambda entry: (not entry.is_folder, entry.text.lower()))[:_SHOWN]


def restarted(text: str) -> str:
    """The path from the last place on at which the person began anew."""
    root, home = text.rfind(os.sep * 2), text.rfind(f"{os.sep}~")
    return text[max(root, home) + 1 :] if max(root, home) >= 0 else text


def shared_beginning(texts: Sequence[str]) -> str:
    """The letters that all texts begin with."""
    first, last = min(texts), max(texts)
    count = next((i for i, letter in enumerate(first) if not last[i:].startswith(letter)), None)
    return first if count is None else first[:count]


def _begins(name: str, beginning: str) -> bool:
    is_hidden = name.startswith(".") and not beginning.startswith(".")
    return not is_hidden and name.lower().startswith(beginning.lower())


def _entry(item: os.DirEntry[str], head: str, text: str) -> Entry | None:
    try:
        is_folder = item.is_dir()
    except OSError:
        return None
    front = f"{head}{os.sep}" if os.sep in text else ""
    return Entry(f"{front}{item.name}{os.sep if is_folder else ''}", is_folder)


def _prompt(entry: Entry) -> Content:
    name = Path(entry.text).name
    if entry.is_folder:
        return Content.assemble((printable(name), "bold"), ("/", "$muted"))
    return Content(printable(name))
