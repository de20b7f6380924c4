"""What the terminal is told when a run ends while nobody looks."""

from dataclasses import replace

import pytest

from workbench.api.events import RunFailed, RunFinished
from workbench.tui.app import WorkbenchApp
from workbench.tui.attention import sequences, worth_telling
from workbench.tui.screens.train.plan.rows import FieldRow


def finished(end="completed", time=2.0):
    return RunFinished(
        end=end, step=1, last_accuracy=None, best_accuracy=None, elapsed_s=1.0, time=time
    )


def failed(error):
    return RunFailed(error=error, exit_code=1, traceback="", time=2.0)


def test_the_setting_says_what_is_written():
    assert sequences("a is completed.", "none") == ""
    assert sequences("a is completed.", "bell") == "\a"
    written = sequences("a is completed.", "bell,desktop")
    assert "\x1b]9;workbench: a is completed.\x1b\\" in written
    assert "\x1b]777;notify;workbench;a is completed.\x1b\\" in written
    assert written.endswith("\a")


def test_tmux_and_screen_hand_a_notice_on():
    written = sequences("a is completed.", "desktop", {"TMUX": "/tmp/tmux-0/default,1,0"})
    assert "\x1bPtmux;\x1b\x1b]9;workbench: a is completed.\a\x1b\\" in written
    written = sequences("a is completed.", "desktop", {"STY": "1.tty"})
    assert "\x1bP\x1b]777;notify;workbench;a is completed.\a\x1b\\" in written


def test_what_a_run_says_can_neither_end_the_sequence_nor_begin_another():
    sentence = worth_telling("a", [failed("x\x1b\\\x1b]52;c;aGk=\x07\x9c;y")], since=0.0)
    written = sequences(sentence, "bell,desktop")
    assert written.count("\x1b") == 4  # the beginnings and the ends of two sequences
    assert written.count("\a") == 1
    assert "\x9c" not in written
    assert written.count(";") == 4


def test_only_news_are_told():
    assert worth_telling("a", [finished()], since=1.0) == "a is completed."
    assert worth_telling("a", [finished()], since=3.0) is None
    assert worth_telling("a", [finished("stopped")], since=1.0) is None


@pytest.mark.parametrize("notify", ["bell,desktop", "bell", "none"])
async def test_a_run_that_ends_is_told_once(session, until, end_workers, monkeypatch, notify):
    settings = replace(session.config.settings, notify=notify)
    session.config = replace(session.config, settings=settings)
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        written = []
        monkeypatch.setattr(app._driver, "write", written.append)
        await pilot.press("t")
        history = await until(pilot, lambda: session.history)
        await until(pilot, lambda: history.overview.state == "completed")
        sentence = f"{history.run.name} is completed."
        assert "".join(written) == sequences(sentence, notify)


@pytest.mark.parametrize("end", ["failed", "interrupted"])
async def test_a_run_of_the_past_is_not_told(app, until, frozen_run, monkeypatch, end):
    frozen_run("quiet-otter-12", end=end)
    async with app.run_test(size=(120, 36)) as pilot:
        written = []
        monkeypatch.setattr(app._driver, "write", written.append)
        history = await until(pilot, lambda: app.session.history)
        await until(pilot, lambda: history.overview.state == end)
        assert "".join(written) == ""
