"""Answers to the Predict screen that come when the person is elsewhere, or in another order."""

import threading

from textual.content import Content

from workbench.tui.screens.predict import PredictScreen
from workbench.tui.screens.predict.asking import Asking
from workbench.tui.screens.predict.depth import SampleScreen
from workbench.tui.widgets.matrix import ConfusionMatrix
from workbench.tui.widgets.picture_grid import PictureGrid


def grid(app):
    return app.screen.query_one(PictureGrid)


async def shows_items(app, pilot, until):
    """Go to the Predict screen and wait for its pictures."""
    await until(pilot, lambda: app.session.registry and app.session.history)
    await pilot.press("4")
    await until(pilot, lambda: isinstance(app.screen, PredictScreen) and app.screen.is_composed)
    await until(pilot, lambda: grid(app).total)


async def test_an_item_that_comes_late_opens_over_no_other_place(
    app, until, start_tiny, monkeypatch
):
    await start_tiny("one")
    go_on, in_depth, shown = threading.Event(), Asking.in_depth, []

    def slow(asking, split, index):
        go_on.wait(30)
        return in_depth(asking, split, index)

    monkeypatch.setattr(Asking, "in_depth", slow)
    monkeypatch.setattr(SampleScreen, "on_mount", lambda self: shown.append(self))
    async with app.run_test(size=(80, 24)) as pilot:
        await shows_items(app, pilot, until)
        grid(app).focus()
        await pilot.press("enter", "5")
        await until(pilot, lambda: app.current_mode != "predict")
        go_on.set()
        await until(pilot, lambda: not any(item.group == "predict" for item in app.workers))
        await pilot.press("4")
        await until(pilot, lambda: isinstance(app.screen, PredictScreen))
        assert shown == []


async def test_the_words_of_a_cell_go_with_the_model_they_are_about(
    app, until, start_tiny, monkeypatch
):
    first, second = await start_tiny("one"), await start_tiny("two")
    go_on, evaluate = threading.Event(), Asking.evaluate

    def slow(asking, split):
        if asking.model.run == second:
            go_on.wait(30)
        return evaluate(asking, split)

    def below():
        return Content.from_markup(app.screen.query_one("#score").border_subtitle or "").plain

    monkeypatch.setattr(Asking, "evaluate", slow)
    async with app.run_test(size=(80, 24)) as pilot:
        await shows_items(app, pilot, until)
        app.screen.open_checkpoint(first, "best", "test")
        await until(pilot, lambda: app.screen._model.run == first and "taken for" in below())
        app.screen.open_checkpoint(second, "step-00000064", "test")
        await until(pilot, lambda: app.screen._model.run == second)
        assert below() == ""
        go_on.set()
        await until(pilot, lambda: "taken for" in below())


async def test_the_cursor_is_in_the_matrix_again_after_the_other_parts(app, until, start_tiny):
    await start_tiny("one")
    async with app.run_test(size=(80, 24)) as pilot:
        await shows_items(app, pilot, until)
        matrix = app.screen.query_one(ConfusionMatrix)
        await until(pilot, lambda: app.focused is matrix)
        for _ in range(3):
            await pilot.press("space")
        await until(pilot, lambda: app.focused is matrix)
        await pilot.press("enter")
        await until(pilot, lambda: app.focused is grid(app))


async def test_quick_steps_end_at_the_item_asked_for_last(app, until, start_tiny, monkeypatch):
    await start_tiny("one")
    in_depth, go_on, asked = Asking.in_depth, threading.Event(), []

    def second_is_slow(asking, split, index):
        asked.append(index)
        number = len(asked)
        sample = in_depth(asking, split, index)
        if number == 2:
            go_on.wait(30)
        return sample

    def shown():
        return Content.from_markup(app.screen.query_one(".dialog").border_title).plain

    monkeypatch.setattr(Asking, "in_depth", second_is_slow)
    async with app.run_test(size=(120, 36)) as pilot:
        await shows_items(app, pilot, until)
        grid(app).focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, SampleScreen))
        await pilot.press("full_stop")
        await until(pilot, lambda: len(asked) == 2)
        await pilot.press("full_stop")
        await until(pilot, lambda: len(asked) == 3 and shown().endswith(f" {asked[2]}"))
        go_on.set()
        await until(pilot, lambda: not any(item.group == "predict" for item in app.workers))
        assert shown().endswith(f" {asked[2]}")
