"""Asking the terminal what it is, without a key being lost or an answer taken for keys."""

import os
import pty
import select
import sys
import time

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.tui.graphics.asking import QUESTION, AnswerFilter, shows_placeholders

NAME, ATTRIBUTES = "\x1bP>|kitty(0.36.4)\x1b\\", "\x1b[?62;22;52c"
MODES = "\x1b[?2026;2$y\x1b[?2048;0$y"


@given(st.lists(st.integers(1, 60)), st.sampled_from(["", "q", "\x1b[A\x1b[B", "\x1bOP", "é✓"]))
def test_whatever_way_it_is_cut_only_the_answers_are_taken_out(cuts, keys):
    told = []
    answers = AnswerFilter(told.append)
    text = f"{keys}{MODES}{keys}{NAME}{keys}{ATTRIBUTES}"
    passed, at = "", 0
    for cut in [*cuts, len(text)]:
        part, at = text[at : at + cut], at + cut
        if part.endswith("\x1b"):  # terminals write a sequence in one go
            part, at = text[at - cut : at + 1], at + 1
        passed += answers.passed(part) if not answers.is_done else part
    assert passed == f"{keys}{MODES}{keys}{keys}"
    assert told == ["kitty(0.36.4)"] and answers.is_done


def test_a_terminal_without_a_name():
    told = []
    answers = AnswerFilter(told.append)
    assert answers.passed(f"a{ATTRIBUTES}b") == "ab"
    assert told == [""]


@pytest.mark.parametrize(
    ("name", "shows"),
    [
        ("kitty(0.36.4)", True),
        ("kitty(0.26.5)", False),
        ("ghostty 1.1.3", True),
        ("XTerm(390)", False),
        ("tmux 3.4", False),
        ("WezTerm 20240203-110809-5046fc22", False),
        ("", False),
    ],
)
def test_who_shows_images_by_placeholders(name, shows):
    assert shows_placeholders(name) is shows


PROGRAM = """
from workbench.core.config import load_config
from workbench.core.images import Image
from workbench.tui.app import WorkbenchApp
from workbench.tui.session import Session
from workbench.tui.widgets.large_picture import LargePicture

class App(WorkbenchApp):
    def on_key(self, event):
        if event.key == "z":
            self.exit(return_code=7 if self.graphics else 8)
    async def on_mount(self):
        picture = LargePicture()
        picture.styles.height = 5
        await self.screen.mount(picture)
        picture.show(Image(2, 2, ((0, 0, 0), (9, 9, 9)) * 2))

app = App(Session(load_config()))
app.run()
raise SystemExit(app.return_code)
"""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a terminal")
@pytest.mark.parametrize(
    ("answer", "code"),
    [(NAME + ATTRIBUTES, 7), (ATTRIBUTES, 8), ("\x1bP>|XTerm(390)\x1b\\" + ATTRIBUTES, 8)],
)
def test_a_real_terminal_is_asked_and_gets_pixels_only_if_it_says_so(answer, code, monkeypatch):
    for name in ("TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)
    pid, terminal = pty.fork()
    if pid == 0:
        os.execv(sys.executable, [sys.executable, "-c", PROGRAM])
    seen, is_answered, is_left, deadline = b"", False, False, time.monotonic() + 60
    while time.monotonic() < deadline:
        if select.select([terminal], [], [], 0.05)[0]:
            try:
                seen += os.read(terminal, 65536)
            except OSError:
                break
        if not is_answered and QUESTION.encode() in seen:
            os.write(terminal, (answer).encode())
            is_answered = True
        is_drawn = b"\x1b_Ga=T,U=1" in seen and "\U0010eeee".encode() in seen
        if is_answered and not is_left and (is_drawn if code == 7 else "▀".encode() in seen):
            os.write(terminal, b"z")
            is_left = True
    os.close(terminal)
    assert os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]) == code
    assert (b"\x1b_Ga=d,d=I" in seen) == (code == 7)
