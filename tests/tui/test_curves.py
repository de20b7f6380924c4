"""The charts of the Train screen by their keys, and what they mark."""

import msgspec
from textual.app import App
from textual.content import Content

from workbench.api.events import (
    BatchesTrained,
    CheckpointSaved,
    LearningRateChanged,
    RunPaused,
    RunStarted,
)
from workbench.core.runs import RunFolder, read_events
from workbench.tui.run_history import RunHistory
from workbench.tui.screens.train.curves import ChartPanel
from workbench.tui.screens.train.run_header import RunHeader
from workbench.tui.theme import WORKBENCH, derived_colors
from workbench.tui.widgets.chart import Axes, Dense, LookingChart, Series
from workbench.tui.widgets.chart.line_chart import LineChart
from workbench.tui.widgets.chart.view import View


def text(app, selector, border="border_subtitle"):
    return Content.from_text(getattr(app.screen.query_one(selector, ChartPanel), border)).plain


def add(run, *events):
    with run.events.open("ab") as file:
        for event in events:
            file.write(msgspec.json.encode(event) + b"\n")


async def opened(app, pilot, until, state="completed"):
    await until(
        pilot,
        lambda: (
            app.session.history
            and app.session.history.overview.state == state
            and app.screen.query(LookingChart)
        ),
    )


async def test_zoom_pan_read_and_reset(app, until, frozen_run):
    frozen_run("quiet-otter-12")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, until)
        await pilot.press("c")
        chart = app.focused
        assert isinstance(chart, LookingChart)
        await pilot.press("plus")
        assert chart.view.window(120) == (30, 90)
        await pilot.press("l")
        assert chart.view.window(120) == (45, 105)
        await pilot.press("x")
        loss = app.session.history.losses[75]
        await until(pilot, lambda: f"batch 76  loss {loss:.4f}" in text(app, "#loss-panel"))
        await pilot.press("right")
        await until(pilot, lambda: "batch 77" in text(app, "#loss-panel"))
        await pilot.press("x", "0", "L")
        assert chart.view == View(log=True)
        await until(pilot, lambda: "log" in text(app, "#loss-panel", "border_title"))


async def test_another_series_without_smoothing_and_alone(app, until, frozen_run):
    frozen_run("quiet-otter-12")
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, until)
        await pilot.press("c", "w")
        await until(pilot, lambda: "unsmoothed" in text(app, "#loss-panel", "border_title"))
        for title in ("Test accuracy", "Learning rate", "Throughput", "Loss"):
            await pilot.press("m")
            await until(
                pilot, lambda t=title: text(app, "#loss-panel", "border_title").startswith(t)
            )
        await pilot.press("f")
        other = app.screen.query_one("#accuracy-panel")
        await until(pilot, lambda: not other.display and app.focused.size.height > 8)
        await pilot.press("escape")
        await until(pilot, lambda: other.display)


async def test_interventions_are_marked_with_a_legend(app, until, frozen_run):
    run = frozen_run("quiet-otter-12", end="live")
    add(run, LearningRateChanged(step=30, learning_rate=0.1), RunPaused(step=80))
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, until, "paused")
        assert text(app, "#loss-panel") == "η rate  ‖ pause"
        chart = app.screen.query_one("#loss-chart", LookingChart)
        top = chart.render_line(0).text
        assert "η" in top
        assert "‖" in top


async def test_a_run_without_news_says_so_with_the_command(app, session, until, frozen_run):
    last = read_events(frozen_run("quiet-otter-12", end="live"))[-1].time
    session.now = lambda: last + 75
    async with app.run_test(size=(80, 24)) as pilot:
        await opened(app, pilot, until, "running")
        await until(
            pilot, lambda: "no news for 75 s" in app.screen.query_one(RunHeader).render().plain
        )
        words = app.screen.query_one(RunHeader).render().plain
        assert "workbench stop --kill quiet-otter-12" in words


def test_a_resume_takes_back_what_is_trained_anew(tmp_path):
    history = RunHistory(RunFolder(tmp_path / "run"))

    def started(step, checkpoint=None):
        return RunStarted(
            pid=1, host="", workbench="", python="", versions={}, checkpoint=checkpoint, step=step
        )

    batches = BatchesTrained(
        epoch=0,
        first_batch=0,
        losses=(1.0,) * 50,
        step=50,
        current=50,
        size=100,
        learning_rate=0.1,
        elapsed_s=5.0,
    )
    saved = CheckpointSaved(name="a", epoch=0, batch=20, step=20, size_bytes=1, reason="asked for")
    history.apply(
        [
            started(0),
            batches,
            saved,
            LearningRateChanged(step=40, learning_rate=0.2),
            RunPaused(step=45),
            started(20, "a"),
        ]
    )
    assert [(mark.step, mark.sign) for mark in history.marks] == [(20, "◆"), (20, "η"), (20, "↻")]
    assert history.speeds[49] == 10.0


def lines(app):
    return [strip.text for strip in app.screen._compositor.render_strips()]


async def test_a_curve_that_grows_is_as_if_drawn_anew():
    class ChartApp(App):
        def get_theme_variable_defaults(self):
            return derived_colors(WORKBENCH)

        def compose(self):
            yield LineChart("nothing")

    series, app = Series(), ChartApp()
    async with app.run_test(size=(60, 12)) as pilot:
        chart = app.query_one(LineChart)
        for value in (2.0, 1.9, 0.5, 1.5, 7.0, 0.1, 1.0, 1.1):  # the scale changes in between
            series.extend([value] * 5)
            chart.show((Dense(series, "primary"),), Axes(50, 10, "epoch"))
            await pilot.pause()
            grown = lines(app)
            chart.refresh()
            await pilot.pause()
            assert lines(app) == grown
            assert any("\u2801" <= cell <= "\u28ff" for cell in "".join(grown))
