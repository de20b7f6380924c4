"""Images in the colours and characters that a terminal has."""

import pytest
from rich.style import Style

from workbench.core.images import ASCII_SHADES, SHADES, Image
from workbench.tui.app import WorkbenchApp
from workbench.tui.widgets.picture import Painter

RAMP = Image(10, 2, tuple((value, value, value) for value in range(0, 256, 28)) * 2)


def drawn(session):
    rows = Painter(WorkbenchApp(session), Style()).rows(RAMP)
    return ["".join(segment.text for segment in row) for row in rows]


@pytest.mark.parametrize(
    ("changes", "characters"),
    [
        ({}, set("▀")),
        ({"TERM": "xterm-256color", "COLORTERM": ""}, set("▀")),
        ({"TERM": "xterm-16color", "COLORTERM": ""}, set(SHADES)),
        ({"NO_COLOR": "1"}, set(SHADES)),
        ({"LC_ALL": "C"}, set(ASCII_SHADES)),
        ({"TERM": "linux", "COLORTERM": ""}, set(ASCII_SHADES)),
    ],
)
def test_what_an_image_is_drawn_with(session, monkeypatch, changes, characters):
    for name, value in changes.items():
        monkeypatch.setenv(name, value)
    (line,) = drawn(session)
    assert len(line) == 10 and set(line) == characters
