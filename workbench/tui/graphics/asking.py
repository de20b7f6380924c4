"""Asking the terminal what it is, without anyone waiting for the answer.

The question is sent with the first paint. Whatever comes in passes the filter here until the
answer is there, so that no key gets lost and no part of the answer is taken for keys.
"""

import re
from collections.abc import Callable, Iterable
from typing import Protocol, cast

from textual._xterm_parser import XTermParser
from textual.drivers import linux_driver
from textual.message import Message

QUESTION = "\x1b[>q\x1b[c"
"""The name and version, and the attributes, which every terminal answers."""

_NAME = re.compile(r"\x1bP>\|([^\x1b]*)\x1b\\")
_ATTRIBUTES = re.compile(r"\x1b\[\?[\d;]*c")
_BEGUN = re.compile(r"\x1b(?:P[^\x1b]*\x1b?|\[(?:\?[\d;]*)?)$")
_LONGEST = 256


class Asked(Protocol):
    """Who wants to know."""

    def terminal_answered(self, name: str, write: Callable[[str], None]) -> None:
        """The terminal's name and version, empty where it says none; in the reading thread."""
        ...

    def terminal_left(self) -> None:
        """The terminal is about to be given back."""
        ...


class AnswerFilter:
    """Takes the answers out of what a terminal sends; all else goes through."""

    def __init__(self, told: Callable[[str], None]) -> None:
        self._told = told
        self._rest = ""
        self._name = ""
        self.is_done = False

    def passed(self, data: str) -> str:
        """What is no answer. The begin of what may be one is kept for the next time."""
        text, self._rest = self._rest + data, ""
        if found := _NAME.search(text):
            self._name = found[1]
            text = text[: found.start()] + text[found.end() :]
        if found := _ATTRIBUTES.search(text):
            text = text[: found.start()] + text[found.end() :]
            self.is_done = True
            self._told(self._name)
        elif (begun := _BEGUN.search(text)) and len(begun[0]) < _LONGEST:
            text, self._rest = text[: begun.start()], begun[0]
        return text


class AskingDriver(linux_driver.LinuxDriver):
    """Textual's driver, with the question sent when it takes the terminal over."""

    def start_application_mode(self) -> None:
        """Take the terminal over, and ask."""
        super().start_application_mode()  # type: ignore[no-untyped-call]
        self.write(QUESTION)
        self.flush()

    def stop_application_mode(self) -> None:
        """Give the terminal back."""
        cast(Asked, self._app).terminal_left()
        super().stop_application_mode()

    def run_input_thread(self) -> None:
        """Read what the terminal sends, through the filter."""
        asked = cast(Asked, self._app)
        answers = AnswerFilter(lambda name: asked.terminal_answered(name, self.write))

        class Parser(XTermParser):
            def feed(self, data: str) -> Iterable[Message]:
                if not answers.is_done and data:
                    data = answers.passed(data)
                    if not data:  # an empty text would mean the end
                        return ()
                return super().feed(data)

        # The driver makes its parser itself, out of the name in its module.
        names = vars(linux_driver)
        names["XTermParser"] = Parser
        try:
            super().run_input_thread()
        finally:
            names["XTermParser"] = XTermParser


def shows_placeholders(name: str) -> bool:
    """Whether a terminal of this name and version shows images by Unicode placeholders."""
    found = re.match(r"(kitty|ghostty)\W*(\d+)\.(\d+)", name)
    if found is None:
        return False
    version = (int(found[2]), int(found[3]))
    return version >= (0, 28) if found[1] == "kitty" else version >= (1, 0)
