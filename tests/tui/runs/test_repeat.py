"""Repeating a run with other values."""

import pytest
from textual.content import Content
from textual.widgets import Input, OptionList

from workbench.core.files import read_toml
from workbench.core.queue import queued_runs
from workbench.core.runs import list_runs, overview
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.plan_changes import RepeatScreen
from workbench.tui.widgets.frame import Frame
from workbench.tui.widgets.long_table import LongTable


async def open_repeat(app, pilot, until):
    await pilot.press("n")
    await until(pilot, lambda: isinstance(app.screen, RepeatScreen))
    await until(pilot, lambda: app.screen.query_one(LongTable).key)
    return app.screen


async def find(pilot, until, dialog, words, key):
    await pilot.press("slash", *words, "enter")
    await until(pilot, lambda: dialog.query_one(LongTable).key == key)


def problem(dialog):
    return str(dialog.query_one("#repeat-help").render())


def keys(dialog):
    return Content.from_markup(dialog.query_one(Frame).border_subtitle or "").plain


@pytest.mark.usefixtures("end_workers")
async def test_a_new_value_is_checked_and_then_trained(app, until, session, start_tiny, open_runs):
    await start_tiny("base")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        dialog = await open_repeat(app, pilot, until)
        await find(pilot, until, dialog, ["l", "r"], "optimizer.lr")
        await until(pilot, lambda: "t train" in keys(dialog))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await until(pilot, lambda: "esc leave" in keys(dialog))
        app.focused.value = "x"
        await until(pilot, lambda: "optimizer.lr must be a number" in problem(dialog))
        await pilot.press("enter")
        assert isinstance(app.focused, Input)  # not taken
        app.focused.value = "0.25"
        await until(pilot, lambda: "must be" not in problem(dialog))
        await pilot.press("enter", "y")
        await until(pilot, lambda: "t train" in keys(dialog))
        path = session.config.runs_dir / "base" / "run.toml"
        assert app.clipboard == f"workbench train {path} --set optimizer.lr=0.25"
        await pilot.press("t")
        await until(pilot, lambda: len(screen.table.keys) == 2)
        new = next(run for run in list_runs(session.config.runs_dir) if run.name != "base")
        await until(pilot, lambda: overview(new).state == "completed")
        plan, base = read_toml(new.plan), read_toml(path)
        assert plan["optimizer"].pop("lr") == 0.25
        base["optimizer"].pop("lr")
        assert plan == base
        await until(pilot, lambda: screen.table.key == new.name)


async def test_an_answer_is_picked_taken_back_and_escape_leaves(
    app, until, session, frozen_run, open_runs
):
    frozen_run("base")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_runs(pilot, 1)
        dialog = await open_repeat(app, pilot, until)
        await find(pilot, until, dialog, list("shuffle"), "data.shuffle")
        before = dialog._field.value
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AnswersScreen))
        answers = [answer.value for answer in app.screen._answers]
        other = answers.index("false" if before == "true" else "true")
        app.screen.query_one(OptionList).highlighted = other
        await pilot.press("enter")
        await until(pilot, lambda: list(dialog._changes.values) == ["data.shuffle"])
        await pilot.press("backspace")
        assert not dialog._changes.values
        await pilot.press("escape")
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is not dialog)
        assert len(list_runs(session.config.runs_dir)) == 1


async def test_it_can_wait_in_the_queue(app, until, session, frozen_run, open_runs, monkeypatch):
    frozen_run("base")
    started = []
    monkeypatch.setattr(
        "workbench.core.queue.start_dispatcher", lambda *given: started.append(given)
    )
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        await open_repeat(app, pilot, until)
        await pilot.press("w")
        await until(pilot, lambda: started and len(screen.table.keys) == 2)
        (queued,) = queued_runs(session.config.runs_dir)
        assert started == [(session.config.runs_dir, session.config.data_dir)]
        await until(pilot, lambda: screen._listing.by_name[queued.name].place == 1)


async def test_a_plan_that_no_longer_fits_says_why(app, until, session, frozen_run, open_runs):
    run = frozen_run("base")
    run.plan.write_text(run.plan.read_text().replace('name = "linear"', 'name = "gone"'))
    async with app.run_test(size=(100, 30)) as pilot:
        await open_runs(pilot, 1)
        dialog = await open_repeat(app, pilot, until)
        await until(pilot, lambda: '"gone"' in problem(dialog))
        await pilot.press("t")
        await until(pilot, lambda: any('"gone"' in item.message for item in app._notifications))
        assert app.screen is dialog
