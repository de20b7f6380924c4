"""The Train screen with real workers on the tiny backend."""

import threading
from pathlib import Path

import pytest
from textual.widgets import Input, OptionList, Static

from workbench.api.events import (
    CheckpointSaved,
    Evaluated,
    RunFinished,
    RunPaused,
    SamplesPredicted,
)
from workbench.core.checkpoints import list_checkpoints
from workbench.core.plugins import load_plugins
from workbench.core.runs import is_alive, list_runs, read_events
from workbench.tui import run_control
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.train.plan import PlanPanel
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.session import Session
from workbench.tui.widgets.log_view import LogView

pytestmark = pytest.mark.usefixtures("end_workers")


def state(app):
    return app.session.history.overview.state if app.session.history else None


def row(app, key):
    return next(row for row in app.screen.query(FieldRow) if row.field.key == key)


async def ready(app, pilot, until):
    await until(pilot, lambda: app.session.registry and app.screen.query(FieldRow))


async def pick_slow(app, pilot, until):
    """Plan the preset whose batches take long enough to be steered."""
    await ready(app, pilot, until)
    app.screen.query_one(PlanPanel).post_message(FieldRow.Submitted(row(app, "preset"), "slow"))
    await until(pilot, lambda: row(app, "epochs").field.value == "50")


async def test_t_trains_the_plan_to_its_end_with_the_exact_lines(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        await pilot.press("t")
        await until(pilot, lambda: state(app) == "completed")
        (run,) = list_runs(app.session.config.runs_dir)
        events = read_events(run)
        assert isinstance(events[-1], RunFinished)
        texts = [line.text for line in app.session.history.log]
        assert texts.count("-------------------------------") == 3
        assert texts[-2] == "Done!" and texts[-1].startswith("next: 4 its predictions")
        assert len(app.session.history.losses) == 96
        assert app.screen.query_one(LogView).virtual_size.height >= len(texts)


@pytest.mark.parametrize(("is_new", "count"), [(True, 1), (False, 0)])
async def test_what_comes_next_is_said_of_a_run_that_ended_here_however_fast(
    app, frozen_run, until, is_new, count
):
    run, live = frozen_run("done"), frozen_run("live", end="live")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        app.open_run(live)
        await until(pilot, lambda: state(app) == "running")
        app.open_run(run, is_new=is_new)
        await until(pilot, lambda: state(app) == "completed")
        texts = [line.text for line in app.session.history.log]
        assert sum(text.startswith("next: 4 its predictions") for text in texts) == count


async def test_a_worker_that_has_ended_is_no_zombie_though_no_other_run_is_started(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        await pilot.press("t")
        await until(pilot, lambda: state(app) == "completed")
        (worker,) = app.session.workers
        await until(pilot, lambda: worker.returncode == 0)


async def test_pause_resume_checkpoint_and_stop(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await pick_slow(app, pilot, until)
        await pilot.press("t")
        await until(pilot, lambda: state(app) == "running" and len(app.session.history.losses) > 3)
        await pilot.press("p")
        await until(pilot, lambda: state(app) == "paused")
        await pilot.press("k")
        run = app.session.history.run
        await until(
            pilot, lambda: any(isinstance(event, CheckpointSaved) for event in read_events(run))
        )
        await pilot.press("p")
        await until(pilot, lambda: state(app) == "running")
        await pilot.press("s")
        await until(pilot, lambda: state(app) == "stopped" and not is_alive(run))
        assert list_checkpoints(run)
        await pilot.press("p")
        await until(pilot, lambda: state(app) == "running")


async def test_evaluate_and_predict_on_a_live_run_and_on_an_ended_one(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await pick_slow(app, pilot, until)
        await pilot.press("t")
        await until(pilot, lambda: state(app) == "running")
        await pilot.press("e", "r")
        history = app.session.history

        def kinds():
            return {type(event) for event in read_events(history.run)}

        await until(pilot, lambda: {Evaluated, SamplesPredicted} <= kinds())
        await pilot.press("s")
        await until(pilot, lambda: state(app) == "stopped" and not is_alive(history.run))
        before = history.log_count
        await pilot.press("e")
        await until(pilot, lambda: history.log_count >= before + 4)
        assert "Test Error: " in [line.text for line in history.log][-4:]
        before = history.log_count
        await pilot.press("r")
        await until(pilot, lambda: history.log_count >= before + 8)
        assert [line.text for line in history.log][-1].startswith('Predicted: "')


async def test_quitting_leaves_the_run_alive_and_the_next_start_lands_on_it(
    app, session, until, capsys
):
    async with app.run_test(size=(80, 24)) as pilot:
        await pick_slow(app, pilot, until)
        await pilot.press("t")
        await until(pilot, lambda: state(app) == "running")
        run = app.session.history.run
        await pilot.press("q")
    assert is_alive(run)
    assert f"{run.name} goes on" in capsys.readouterr().err
    again = WorkbenchApp(Session(session.config, load=session.load))
    async with again.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: state(again) == "running" and len(again.session.history.losses))
        assert again.session.history.run == run
        await pilot.press("p")
        await until(pilot, lambda: state(again) == "paused")
        assert any(isinstance(event, RunPaused) for event in read_events(run))


async def test_a_second_run_beside_a_live_one_is_asked_for(app, until, frozen_run):
    frozen_run("first", end="live")
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        await until(pilot, lambda: state(app) == "running")
        await pilot.press("t")
        await until(pilot, lambda: type(app.screen).__name__ == "ConfirmScreen")
        await pilot.press("n")
        await pilot.pause()
        assert len(list_runs(app.session.config.runs_dir)) == 1
        await pilot.press("t", "y")
        await until(pilot, lambda: len(list_runs(app.session.config.runs_dir)) == 2)
        await until(pilot, lambda: state(app) == "completed")


async def test_t_that_is_pressed_twice_trains_one_run(app, until, monkeypatch):
    create, may_create, asked = run_control.create, threading.Event(), []

    def slow(*given):
        asked.append(given)
        may_create.wait(60)
        return create(*given)

    monkeypatch.setattr(run_control, "create", slow)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        await pilot.press("t", "t")
        may_create.set()
        await until(pilot, lambda: state(app) == "completed")
        assert len(asked) == 1


async def test_a_field_is_changed_refused_and_left(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        row(app, "optimizer.lr").focus()
        await pilot.press("enter", "x", "t", "enter")  # no key is lost to what it does elsewhere
        lr = row(app, "optimizer.lr")
        await until(pilot, lambda: lr.problem)
        assert "optimizer.lr must be" in lr.problem
        assert not list_runs(app.session.config.runs_dir)
        await pilot.press("escape")
        await until(pilot, lambda: not app.screen.query(Input))
        assert lr.field.value == "0.5"
        assert lr.problem == ""
        await pilot.press("enter", "0", ".", "1", "enter")
        await until(pilot, lambda: row(app, "optimizer.lr").field.value == "0.1")
        assert app.screen.query_one(PlanPanel).plan().optimizer.options.lr == 0.1
        await pilot.press("t")  # the field no longer swallows keys
        await until(pilot, lambda: state(app) == "completed")


async def answers_of(app, pilot, until, key):
    """Opens the list of a field's answers."""
    row(app, key).focus()
    await pilot.press("enter")
    await until(pilot, lambda: isinstance(app.screen, AnswersScreen))
    return app.screen.query_one(OptionList)


async def test_a_list_of_answers_and_its_keys(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        options = await answers_of(app, pilot, until, "preset")
        at = options.highlighted
        await pilot.press("down", "k")
        assert options.highlighted == at
        await pilot.press("j")
        assert options.highlighted == at + 1
        other = str(options.get_option_at_index(at + 1).prompt)
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, AnswersScreen))
        await until(pilot, lambda: row(app, "preset").field.value == other)
        before = row(app, "data.shuffle").field.value
        row(app, "data.shuffle").focus()
        await pilot.press("space")
        await until(pilot, lambda: row(app, "data.shuffle").field.value != before)


async def test_a_function_of_ones_own_is_typed_as_a_model(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        options = await answers_of(app, pilot, until, "model.name")
        assert "a function of your own" in str(
            options.get_option_at_index(options.option_count - 1).prompt
        )
        options.highlighted = options.option_count - 1
        await pilot.press("enter")
        await until(pilot, lambda: row(app, "model.name").children)
        await pilot.press(*"no_such:build", "enter")
        await until(pilot, lambda: row(app, "model.name").field.value == "no_such:build")
        plan = app.screen.query_one(PlanPanel).plan()
        assert plan.plugins[-1] == f"{Path.cwd()}:no_such:build"


async def test_a_plan_that_waits_for_a_plugin_says_so(session, until):
    is_loaded, load = threading.Event(), session.load
    session.load = lambda config: is_loaded.wait(60) and load(config)
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.screen.query("#plan-help"))
        help_line = app.screen.query_one("#plan-help", Static)
        await until(pilot, lambda: "plugins are being loaded" in str(help_line.content))
        is_loaded.set()
        await ready(app, pilot, until)
        await until(pilot, lambda: "plugins are being loaded" not in str(help_line.content))


async def test_the_options_of_an_own_function_are_typed_in_the_form(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        panel = app.screen.query_one(PlanPanel)
        panel.post_message(FieldRow.Submitted(row(app, "model.name"), "no_such:build"))
        await until(pilot, lambda: row(app, "model.name").field.value == "no_such:build")
        row(app, "model.+").focus()
        await pilot.press("enter", *"hidden", "enter")
        await until(pilot, lambda: "is not name=value" in row(app, "model.+").problem)
        await pilot.press(*"=128", "enter")
        await until(pilot, lambda: "model.hidden" in panel.draft.assignments)
        assert row(app, "model.hidden").field.value == "128"
        assert panel.plan().model.options.values == {"hidden": 128}
        assert "--set model.hidden=128" in panel.shell_line
        await until(pilot, lambda: row(app, "model.+").has_focus)
        await pilot.press("enter", "enter")  # nothing typed, nothing added
        row(app, "model.hidden").focus()
        await pilot.press("enter", "backspace", "enter")
        await until(pilot, lambda: panel.plan().model.options.values == {})


async def test_another_backend_brings_its_models_and_optimizers(session, until):
    session.load = lambda config: load_plugins(config.plugin_paths)
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        panel = app.screen.query_one(PlanPanel)
        panel.post_message(FieldRow.Submitted(row(app, "backend.name"), "pytorch"))
        await until(pilot, lambda: row(app, "model.name").field.value == "mlp")
        values = [answer.value for answer in row(app, "optimizer.name").field.answers]
        assert "adamw" in values
        assert "plain" not in values
        # The dataset stays; whether the model takes it is said before a run begins.
        assert row(app, "dataset.name").field.value == "tiny"


async def test_n_opens_and_leaves_the_plan_in_a_narrow_terminal(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot, until)
        panel = app.screen.query_one(PlanPanel)
        assert not panel.display or panel.region.width == 0
        await pilot.press("n")
        await until(pilot, lambda: panel.has_focus_within and panel.region.width > 0)
        await pilot.press("escape")
        await until(pilot, lambda: panel.region.width == 0)


async def test_the_arrows_go_through_a_plan_that_is_longer_than_the_screen(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await ready(app, pilot, until)
        await pilot.press("n")
        lines = [line for line in app.screen.query_one("#plan-rows").children if line.can_focus]
        await until(pilot, lambda: app.focused is lines[1])
        for line in lines[2:]:
            await pilot.press("down")
            assert app.focused is line
        await until(pilot, lambda: app.screen.query_one("#plan-rows").scroll_y > 0)
        await pilot.press("up")
        assert app.focused is lines[-2]


async def test_a_failed_run_shows_its_sentence_and_can_go_on(app, until, frozen_run):
    frozen_run("broken", end="failed")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: state(app) == "failed")
        texts = [line.text for line in app.session.history.log]
        assert texts[-1] == "The disk is full; make room."


async def test_a_run_whose_worker_is_gone_is_interrupted(app, until, frozen_run):
    frozen_run("lost", end="")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: state(app) == "interrupted")


async def test_a_worker_that_cannot_begin_is_a_notice(app, until, monkeypatch, tmp_path):
    async with app.run_test(size=(120, 36)) as pilot:
        await ready(app, pilot, until)
        blocker = tmp_path / "runs"
        blocker.write_text("a file where the runs folder should be")
        await pilot.press("t")
        await until(pilot, lambda: app._notifications)
        (notice,) = app._notifications
        assert "runs folder" in notice.message
        assert "Traceback" not in notice.message
