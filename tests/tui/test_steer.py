"""Steering runs from the Train screen, with real workers on the tiny backend."""

import threading

import pytest
from textual.widgets import Input, OptionList, Static

from workbench.api.events import (
    BatchesTrained,
    CheckpointSaved,
    EpochsChanged,
    EpochTested,
    Evaluated,
    LearningRateChanged,
    NoteAdded,
    RunPaused,
)
from workbench.core.checkpoints import list_checkpoints
from workbench.core.runs import is_alive, list_runs, read_events
from workbench.tui import run_control
from workbench.tui.screens.train.interventions import INTERVENTIONS
from workbench.tui.screens.train.plan import PlanPanel
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.screens.train.steer import SteerScreen

pytestmark = pytest.mark.usefixtures("end_workers")


def state(app):
    return app.session.history.overview.state if app.session.history else None


def of_kind(app, kind):
    return [event for event in read_events(app.session.history.run) if isinstance(event, kind)]


def words(app, selector):
    return str(app.screen.query_one(selector, Static).content)


async def start_slow(app, pilot, until):
    await until(pilot, lambda: app.session.registry and app.screen.query(FieldRow))
    row = next(row for row in app.screen.query(FieldRow) if row.field.key == "preset")
    app.screen.query_one(PlanPanel).post_message(FieldRow.Submitted(row, "slow"))
    rows = app.screen.query(FieldRow)
    await until(pilot, lambda: any(r.field.value == "50" for r in rows if r.field.key == "epochs"))
    await pilot.press("t")
    await until(pilot, lambda: state(app) == "running" and app.session.history.losses)


async def choose(app, pilot, until, name):
    """Open the menu and put the cursor on a line."""
    await pilot.press("g")
    await until(pilot, lambda: isinstance(app.screen, SteerScreen))
    title = next(item.title for item in INTERVENTIONS if item.name == name)
    options = app.screen.query_one(OptionList)
    at = [options.get_option_at_index(i).prompt for i in range(options.option_count)].index(title)
    await pilot.press(*["j"] * at)
    await until(pilot, lambda: options.highlighted == at)


async def steer(app, pilot, until, name, text):
    await choose(app, pilot, until, name)
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.focused, Input))
    await pilot.press(*text, "enter")
    await until(pilot, lambda: not isinstance(app.screen, SteerScreen))


async def test_a_live_run_is_steered_in_every_way(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await start_slow(app, pilot, until)
        await steer(app, pilot, until, "pause-after", "4")
        await until(pilot, lambda: state(app) == "paused")
        assert len(of_kind(app, RunPaused)) == 1
        await steer(app, pilot, until, "learning-rate", "0.125")
        await until(pilot, lambda: of_kind(app, LearningRateChanged))
        assert of_kind(app, LearningRateChanged)[0].learning_rate == 0.125
        await steer(app, pilot, until, "checkpoint", "mine")
        await until(pilot, lambda: "mine" in [e.name for e in of_kind(app, CheckpointSaved)])
        assert "mine" in [found.name for found in list_checkpoints(app.session.history.run)]
        await steer(app, pilot, until, "note", "why")
        await until(pilot, lambda: of_kind(app, NoteAdded))
        await steer(app, pilot, until, "epochs", "40")
        await until(pilot, lambda: [e.epochs for e in of_kind(app, EpochsChanged)] == [40])
        await choose(app, pilot, until, "stop-at-epoch-end")
        await pilot.press("enter")
        await until(pilot, lambda: state(app) == "stopped")
        assert of_kind(app, BatchesTrained)[-1].step % 32 == 0  # a whole number of epochs


async def test_a_refused_value_stays_with_its_problem(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await start_slow(app, pilot, until)
        await choose(app, pilot, until, "learning-rate")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("0", "enter")
        await until(pilot, lambda: "optimizer.lr must be" in words(app, "#steer-problem"))
        await pilot.press("escape")
        assert isinstance(app.screen, SteerScreen)
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, SteerScreen))
        assert not of_kind(app, LearningRateChanged)


async def test_the_command_follows_the_field_and_is_copied(app, until, frozen_run):
    frozen_run("quiet-otter-12", end="live")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: state(app) == "running" and app.session.registry)
        await choose(app, pilot, until, "epochs")
        await pilot.press("y")
        assert app.clipboard == "workbench change quiet-otter-12 --epochs N"
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("9", "ctrl+y")
        assert app.clipboard == "workbench change quiet-otter-12 --epochs 9"
        assert "--epochs 9" in words(app, "#steer-command")


async def test_a_completed_run_is_extended(app, until, start_tiny):
    run = await start_tiny("short")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: state(app) == "completed" and app.session.registry)
        await choose(app, pilot, until, "extend")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press("3", "enter")
        await until(pilot, lambda: "more of them" in words(app, "#steer-problem"))
        await pilot.press("backspace", "5", "enter")
        await until(pilot, lambda: len(of_kind(app, EpochTested)) == 5)
        await until(pilot, lambda: state(app) == "completed" and not is_alive(run))


async def test_t_offers_an_unfinished_run_beside_a_new_one(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await start_slow(app, pilot, until)
        run = app.session.history.run
        await pilot.press("s")
        await until(pilot, lambda: state(app) == "stopped" and not is_alive(run))
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, SteerScreen))
        await pilot.press("enter")
        await until(pilot, lambda: state(app) == "running" and is_alive(run))
        assert len(list_runs(app.session.config.runs_dir)) == 1
        await pilot.press("s")
        await until(pilot, lambda: state(app) == "stopped" and not is_alive(run))
        await pilot.press("t")
        await until(pilot, lambda: isinstance(app.screen, SteerScreen))
        await pilot.press("j", "y", "enter")
        assert app.clipboard == "workbench train --preset slow"
        await until(pilot, lambda: len(list_runs(app.session.config.runs_dir)) == 2)


async def test_it_lands_on_a_run_that_has_begun(app, until, frozen_run):
    frozen_run("begun", age=500)
    frozen_run("waiting", age=100).queued.write_text("1")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: state(app) == "completed")
        assert app.session.history.run.name == "begun"


async def test_a_run_that_waits_in_the_queue_is_not_interrupted(app, until, frozen_run):
    run = frozen_run("waiting", end="")
    run.events.unlink()
    run.queued.write_text("1")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: state(app) == "queued")


async def test_the_menu_is_about_the_run_that_it_names(app, until, frozen_run):
    shown, other = frozen_run("calm-owl-1", end="live"), frozen_run("wild-fox-2", end="live", age=9)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: state(app) == "running" and app.session.registry)
        await choose(app, pilot, until, "note")
        assert app.session.history.run == shown
        app.open_run(other)  # as a run that was asked for before, and begins now
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, Input))
        await pilot.press(*"why", "enter")
        files = (shown.commands, other.commands)
        await until(pilot, lambda: any(file.exists() and file.read_text() for file in files))
        assert "why" in shown.commands.read_text() and not other.commands.exists()


async def test_what_an_ended_run_is_asked_for_is_not_shown_with_another_run(
    app, until, frozen_run, monkeypatch
):
    frozen_run("calm-owl-1")
    other = frozen_run("wild-fox-2", age=9)
    may_answer = threading.Event()
    found = Evaluated(split="test", step=120, accuracy=0.5, loss=1.0, correct=32, size=64)

    def evaluate(session, run):
        may_answer.wait(60)
        return [found]

    monkeypatch.setattr(run_control, "evaluate", evaluate)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: state(app) == "completed" and app.session.registry)
        await pilot.press("e")
        app.open_run(other)
        await until(pilot, lambda: state(app) == "completed")
        evaluating = [worker for worker in app.workers if worker.group == "work"]
        may_answer.set()
        await app.workers.wait_for_complete(evaluating)
        await pilot.pause()
        told = "evaluated test at step 120"
        assert told not in [line.text for line in app.session.history.log]
