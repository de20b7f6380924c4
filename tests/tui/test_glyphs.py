"""What the terminal can show, and how it looks where that is only ASCII."""

import ast
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from rich.cells import cell_len

import workbench.tui
from workbench.tui.app import WorkbenchApp
from workbench.tui.glyphs import glyph_level, lookalike
from workbench.tui.screens.train.plan.rows import FieldRow


@pytest.mark.parametrize(
    ("environ", "level"),
    [
        ({"LANG": "en_US.UTF-8", "TERM": "xterm-256color"}, "unicode"),
        ({"LANG": "C.utf8", "TERM": "tmux-256color"}, "unicode"),
        ({"TERM": "xterm"}, "unicode"),  # a container: nothing is said
        ({"LANG": "C", "LC_CTYPE": "C.UTF-8"}, "ascii"),  # Python's coercion of the C locale
        ({"LANG": "de_DE.ISO-8859-1", "LC_CTYPE": "C.UTF-8"}, "ascii"),  # or of one not installed
        ({"LANG": "de_DE.UTF-8", "LC_CTYPE": "C.UTF-8"}, "unicode"),
        ({"LANG": "C", "LC_ALL": "C.UTF-8"}, "unicode"),
        ({"LC_ALL": "POSIX", "LANG": "en_US.UTF-8"}, "ascii"),
        ({"LC_CTYPE": "UTF-8"}, "unicode"),  # a terminal of macOS
        ({"LANG": "de_DE.ISO-8859-1", "TERM": "xterm"}, "ascii"),
        ({"LANG": "en_US.UTF-8", "TERM": "linux"}, "ascii"),
        ({"LANG": "en_US.UTF-8", "TERM": "vt100"}, "ascii"),
    ],
)
def test_the_level_of_a_terminal(environ, level):
    assert glyph_level(environ) == level


@given(st.text(st.characters(exclude_categories=("Cs", "Cc", "Mn", "Me", "Mc", "Cf"))))
def test_a_lookalike_is_ascii_and_as_wide(text):
    assert lookalike(text).isascii()
    assert len(lookalike(text)) == sum(map(cell_len, text))


def test_everything_that_the_interface_draws_has_a_lookalike():
    for path in Path(workbench.tui.__file__).parent.rglob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Constant) and isinstance(node.value, str):
                unknown = {
                    one
                    for one in node.value
                    if one not in "?\ufffd\U0010eeee" and "?" in lookalike(one)
                }
                assert not unknown, path


def test_dots_are_seen_where_they_are():
    assert lookalike("⠀⠁⠒⢀⡇⣿") == " '-.:#"


async def test_a_screen_in_ascii(session, until, frozen_run, monkeypatch):
    monkeypatch.setenv("LC_ALL", "C")
    frozen_run("quiet-otter-12", end="live")
    app = WorkbenchApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow) and session.history)
        for key in "2", "m", "escape", "6", "7", "question_mark":
            await pilot.press(key)
            await pilot.pause()
            strips = app.screen._compositor.render_strips()
            text = "\n".join(strip.text for strip in strips)
            assert text.isascii()
            assert "workbench" in text or "|" in text


async def test_a_terminal_of_16_colours_gets_the_theme_made_for_it(session, monkeypatch):
    monkeypatch.setenv("TERM", "xterm-16color")
    monkeypatch.delenv("COLORTERM", raising=False)
    assert WorkbenchApp(session).theme == "workbench-16"
    monkeypatch.setenv("TERM", "xterm-256color")
    assert WorkbenchApp(session).theme == "workbench"
