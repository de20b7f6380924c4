"""The pre-flight from the Train screen: its figures, a batch size, and the start."""

import contextlib

import psutil
import pytest
from textual.widgets import Static

from workbench.core.runs import list_runs
from workbench.tui.screens.train.forecast import ForecastScreen
from workbench.tui.screens.train.plan import PlanPanel
from workbench.tui.screens.train.plan.rows import FieldRow

pytestmark = pytest.mark.usefixtures("end_workers")


def shown(app):
    return str(app.screen.query_one("#forecast-lines", Static).render())


async def open_forecast(app, pilot, until):
    await until(pilot, lambda: app.session.registry and app.screen.query(FieldRow))
    await pilot.press("f")
    await until(pilot, lambda: isinstance(app.screen, ForecastScreen))
    await until(pilot, lambda: "whole plan" in shown(app))


async def test_f_says_what_the_plan_takes_and_t_starts_it(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await open_forecast(app, pilot, until)
        text = shown(app)
        assert "on cpu for 16 items" in text
        assert "disk        " in text and "No NVIDIA driver" in text
        command = str(app.screen.query_one("#forecast-command", Static).render())
        assert command == "$ workbench train --preset tiny --dry-run"
        assert list_runs(app.session.config.runs_dir) == []
        await pilot.press("t")
        await until(pilot, lambda: list_runs(app.session.config.runs_dir))


async def test_b_finds_a_batch_size_for_the_plan(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await open_forecast(app, pilot, until)
        await pilot.press("b")
        await until(pilot, lambda: "ITEMS A SECOND" in shown(app))
        chosen = shown(app).splitlines()[-1].split()[0]
        command = str(app.screen.query_one("#forecast-command", Static).render())
        assert command.endswith("--find-batch-size")
        await pilot.press("enter")
        await until(pilot, lambda: not isinstance(app.screen, ForecastScreen))
        panel = app.screen.query_one(PlanPanel)
        assert panel.draft.document["data"]["batch_size"] == int(chosen)
        assert panel.plan().data.batch_size == int(chosen)


async def test_a_plan_that_can_not_be_measured_says_why(app, until, tmp_path):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry and app.screen.query(FieldRow))
        app.screen.query_one(PlanPanel).set_value("backend.fail_at", "0")
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, ForecastScreen))
        await until(pilot, lambda: "fails as it was told to" in shown(app))
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, ForecastScreen))


def trials():
    """The processes of this one that try something."""
    found = []
    for child in psutil.Process().children(recursive=True):
        with contextlib.suppress(psutil.NoSuchProcess):  # a zombie with it
            found += [child] if "workbench.worker.task" in child.cmdline() else []
    return found


async def test_esc_ends_what_is_measured(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry and app.screen.query(FieldRow))
        app.screen.query_one(PlanPanel).set_value("backend.delay_s", "600")
        await pilot.press("f")
        await until(pilot, lambda: isinstance(app.screen, ForecastScreen))
        [trial] = await until(pilot, trials)
        await pilot.press("escape")
        await until(pilot, lambda: not trial.is_running())
        assert not any(worker.group == "forecast" and worker.is_running for worker in app.workers)
        assert not app._notifications
