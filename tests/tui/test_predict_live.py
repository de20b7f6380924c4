"""The Predict screen on a live run: its model as it is, asked through the run's commands."""

import asyncio
import shutil
import threading

import pytest
from textual.widgets import OptionList, Static

from workbench.api.commands import Pause, Resume, Stop
from workbench.api.events import SamplesPredicted
from workbench.core.checkpoints import list_checkpoints
from workbench.core.plan import check_plan
from workbench.core.runs import (
    RunFolder,
    append_command,
    create_run,
    launch_worker,
    overview,
    read_events,
    send_command,
)
from workbench.tui.screens.answers import AnswersScreen
from workbench.tui.screens.predict import PredictScreen, items, models
from workbench.tui.screens.predict import screen as predict_screen
from workbench.tui.screens.predict.asking import Asking
from workbench.tui.screens.predict.depth import SampleScreen
from workbench.tui.screens.predict.drawing import DrawScreen
from workbench.tui.widgets.matrix import ConfusionMatrix
from workbench.tui.widgets.picture_grid import PictureGrid

pytestmark = pytest.mark.usefixtures("end_workers")


def words(app, selector):
    return str(app.screen.query_one(selector, Static).content)


def result(app):
    return app.screen._result


@pytest.fixture
def start_paused(session, tiny_document):
    """Starts a run that is paused after a few batches."""

    async def start(name):
        run = create_run(session.config.runs_dir, tiny_document("slow"), name)
        append_command(run, Pause(batches=3))  # before it begins, so that no epoch ends
        launch_worker(run, session.config.data_dir)
        while overview(run).state != "paused":
            await asyncio.sleep(0.01)
        return run

    return start


@pytest.fixture
def tiny_document(session, registry):
    plugin = str(next(iter(session.config.plugin_paths)))
    return lambda name: check_plan({**session.config.preset(name), "plugins": [plugin]}, registry)


async def shown(app, pilot, until):
    await until(pilot, lambda: app.session.registry and app.session.history)
    await pilot.press("4")
    await until(pilot, lambda: isinstance(app.screen, PredictScreen) and app.screen.is_composed)
    await until(pilot, lambda: result(app) is not None)
    await until(pilot, lambda: app.focused is app.screen.query_one(ConfusionMatrix))


async def test_the_matrix_the_images_and_one_in_depth_of_a_paused_run(
    app, until, start_paused, session
):
    run = await start_paused("one")
    step = overview(run).step
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, until)
        assert app.screen._model.name == "one"  # as `workbench evaluate one` means it
        assert (result(app).step, result(app).checkpoint) == (step, "")
        assert f"live model  after {step} steps" in words(app, "#headline")
        await pilot.press("enter")
        grid = app.screen.query_one(PictureGrid)
        await until(pilot, lambda: any(item.image is not None for item in grid._pictures))
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen))
        assert app.screen.query_one("#sample-saliency")._image is not None
        await pilot.press("escape", "y")
        assert app.clipboard.startswith("workbench predict one --split test --class ")
        assert overview(run).state == "paused"
        assert not run.checkpoints.exists()  # all of it was asked of the worker


async def test_a_run_that_goes_on_is_still_looked_at_and_it_turns_to_a_checkpoint_at_its_end(
    app, until, start_paused
):
    run = await start_paused("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, until)
        before = result(app).step
        send_command(run, Resume())
        await until(pilot, lambda: "e evaluates it anew" in words(app, "#headline"))
        app.screen._asking._samples.clear()
        await pilot.press("o")
        grid = app.screen.query_one(PictureGrid)
        await until(pilot, lambda: any(item.image is not None for item in grid._pictures))
        listed = app.screen._items._shown
        index = listed.indices[0]
        names, items = result(app).classes, result(app).items
        assert grid._pictures[0].captions[0][0].endswith(names[items.predicted[index]])
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen))
        title = str(app.screen.query_one(".dialog").border_title)
        assert "after " in title and f"after {before:,} steps" not in title
        await pilot.press("escape")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await pilot.press("e")
        await until(pilot, lambda: result(app).step > before)
        send_command(run, Stop())
        await until(pilot, lambda: app.screen._model.name.startswith("one@step-"))


async def test_a_live_model_is_picked_and_drawn_for_as_a_checkpoint_saved_now(
    app, until, start_tiny, start_paused, session
):
    await start_tiny("done")
    run = await start_paused("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await shown(app, pilot, until)
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, AnswersScreen))
        options = app.screen.query_one(OptionList)
        await until(pilot, lambda: app.focused is options)
        assert options.highlighted == 0 and options.option_count == 4
        assert "live model, paused after" in str(options.get_option_at_index(0).prompt)
        await pilot.press("down", "enter")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: app.screen._model.name.startswith("done@"))
        await pilot.press("b")
        await until(pilot, lambda: isinstance(app.screen, AnswersScreen))
        app.screen.query_one(OptionList).highlighted = 0
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: app.screen._model.name == "one")
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, DrawScreen))
        saved = f"one@step-{overview(run).step:08d}"
        assert saved in str(app.screen.query_one(".dialog").border_title)
        await pilot.press("space", "right")
        await until(pilot, lambda: "%" in words(app, "#draw-bars"))


async def test_a_run_without_a_checkpoint_shows_its_fixed_samples_as_they_come(
    app, until, session, tiny_document
):
    run = create_run(session.config.runs_dir, tiny_document("slow"), "one")
    launch_worker(run, session.config.data_dir)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry and app.session.history)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        await until(pilot, lambda: "press e to evaluate" in words(app, "#score-nothing"))
        await until(pilot, lambda: app.screen._items.epochs > 0)
        await pilot.press("left_square_bracket")
        await until(pilot, lambda: "after epoch" in str(app.screen._items.border_title))
        assert any(event.__class__.__name__ == "SamplesPredicted" for event in read_events(run))


def test_of_very_many_epochs_the_newest_are_offered_and_the_one_that_is_looked_at(monkeypatch):
    monkeypatch.setattr(items, "EPOCHS_OFFERED", 5)
    panel = items.ItemsPanel()

    def end(*epochs):
        panel.add_epochs(
            [SamplesPredicted(split="test", step=at, samples=(), epoch=at) for at in epochs]
        )

    end(*range(20))
    assert list(panel._epochs) == [15, 16, 17, 18, 19]
    panel._epoch = 15
    end(20, 21)
    assert list(panel._epochs) == [15, 18, 19, 20, 21]


async def test_a_search_for_the_model_that_ends_late_does_not_replace_a_later_one(
    app, until, start_tiny, monkeypatch
):
    await start_tiny("done")
    find, is_answered, answers = models.default_model, threading.Event(), []

    def slow_at_first(*asked):
        found = None
        if answers:
            found = find(*asked)
        else:
            answers.append("begun")
            is_answered.wait(60)
        answers.append(found)
        return found

    monkeypatch.setattr(models, "default_model", slow_at_first)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry and app.session.history)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen) and answers)
        app.screen._finding.default()
        await until(pilot, lambda: result(app) is not None)
        app.screen._score.say("nothing new")
        finding = [worker for worker in app.workers if worker.group == "model"]
        is_answered.set()
        await app.workers.wait_for_complete(finding)
        assert answers[-1] is None
        await pilot.pause()
        assert words(app, "#score-nothing") == "nothing new"


async def test_a_model_that_is_picked_while_another_is_evaluated_is_evaluated_after_it(
    app, until, start_tiny, monkeypatch
):
    run = await start_tiny("done")
    for folder in run.checkpoints.glob("*/evaluations"):
        shutil.rmtree(folder)
    evaluate, may_end, asked = Asking.evaluate, threading.Event(), []

    def slow_at_first(asking, split):
        asked.append(asking.model.name)
        if len(asked) == 1:
            may_end.wait(60)
        return evaluate(asking, split)

    monkeypatch.setattr(Asking, "evaluate", slow_at_first)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry and app.session.history)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen) and asked)
        first = app.screen._model.name
        other = next(item for item in list_checkpoints(run) if f"{run.name}@{item.name}" != first)
        app.screen.open_checkpoint(run, other.name, "test")
        await until(pilot, lambda: app.screen._model.name != first)
        may_end.set()
        await until(pilot, lambda: result(app) is not None)
        assert result(app).checkpoint == other.name


async def test_samples_of_epochs_that_are_read_late_are_not_those_of_another_run(
    app, until, start_tiny, frozen_run, monkeypatch
):
    done = await start_tiny("done")
    await start_tiny("other")
    read, may_end, asked = predict_screen.epoch_samples, threading.Event(), []

    def slow_at_first(run, newest):
        asked.append(run)
        if len(asked) == 1:
            may_end.wait(60)
            return {}
        return read(run, newest)

    monkeypatch.setattr(predict_screen, "epoch_samples", slow_at_first)
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry and app.session.history)
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen) and asked)
        other = "other" if asked[0] == done else "done"
        run = RunFolder(done.path.parent / other)
        app.screen.open_checkpoint(run, "best", "test")
        await until(pilot, lambda: app.screen._model.run == run and app.screen._items.epochs)
        reading = [worker for worker in app.workers if worker.group == "epochs"]
        may_end.set()
        await app.workers.wait_for_complete(reading)
        await pilot.pause()
        assert app.screen._items.epochs
