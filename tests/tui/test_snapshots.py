"""What each screen looks like, small and large, with frozen runs and quiet devices."""

import asyncio
import time
from dataclasses import replace
from pathlib import Path

import pytest
from textual.command import CommandList

from workbench.core.plugins import PluginRecord, Registry
from workbench.core.runs import read_events
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.widgets.row_list import RowList

SIZES = [(80, 24), (160, 48)]


@pytest.fixture(autouse=True)
def the_same_everywhere(session):
    session.config = replace(session.config, runs_dir=Path("runs"))


async def settled(app, pilot, condition=lambda: True):
    deadline = time.monotonic() + 30
    while not (
        app.session.registry
        and app.session.devices
        and (app.current_mode != "train" or app.screen.query(FieldRow))
        and condition()
    ):
        assert time.monotonic() < deadline, "the screen never settled"
        await asyncio.sleep(0.01)
        await pilot.pause()
    await pilot.pause()


def has_state(app, state):
    history = app.session.history
    return history is not None and history.overview.state == state


@pytest.mark.parametrize("size", SIZES)
def test_before_the_first_run(app, snap_compare, size):
    async def before(pilot):
        await settled(app, pilot)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_a_live_run(app, session, snap_compare, frozen_run, size):
    run = frozen_run("quiet-otter-12", end="live")
    last = read_events(run)[-1].time
    session.now = lambda: last + 5

    async def before(pilot):
        await settled(app, pilot, lambda: has_state(app, "running"))

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_a_failed_run_on_a_sample(app, snap_compare, frozen_run):
    frozen_run("quiet-otter-12", end="failed", is_sample=True)

    async def before(pilot):
        await settled(app, pilot, lambda: has_state(app, "failed"))

    assert snap_compare(app, terminal_size=(120, 36), run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_the_plan_with_a_refused_value(app, snap_compare, size):
    async def before(pilot):
        await settled(app, pilot)
        await pilot.press("n")
        await settled(app, pilot, lambda: isinstance(app.focused, FieldRow))
        row = next(row for row in app.screen.query(FieldRow) if row.field.key == "optimizer.lr")
        row.focus()
        await pilot.press("enter")
        await settled(app, pilot, lambda: app.screen.query("FieldEditor"))
        app.screen.query_one("FieldEditor").cursor_blink = False
        await pilot.press("x", "enter")
        await settled(app, pilot, lambda: row.problem)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("key", ["3", "6"])
def test_another_screen(app, snap_compare, frozen_run, key, size):
    frozen_run("warm-lark-2", age=200)
    frozen_run("tidy-moss-40", end="failed", age=100)
    frozen_run("quiet-otter-12", end="live", is_sample=True)

    async def before(pilot):
        await settled(app, pilot, lambda: has_state(app, "running"))
        await pilot.press(key)
        await settled(app, pilot, lambda: app.current_mode != "train")
        tables = app.screen.query("RowList, LongTable")
        await settled(app, pilot, lambda: all(one.is_shown for one in tables))
        if key == "3":
            await settled(app, pilot, lambda: app.screen._runs._glances)

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_the_help(app, snap_compare, size):
    async def before(pilot):
        await settled(app, pilot)
        await pilot.press("question_mark")
        await pilot.pause()
        app.screen.query_one("Input").cursor_blink = False

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_the_palette(app, until, snap_compare, size):
    async def before(pilot):
        await settled(app, pilot)
        await pilot.press("ctrl+p")
        await until(pilot, lambda: type(app.screen).__name__ == "CommandPalette")
        await pilot.press(*"them")
        app.screen.query_one("Input").cursor_blink = False
        found = app.screen.query_one(CommandList)
        await until(pilot, lambda: [str(one.hit.text) for one in found.options] == ["Theme"])

    assert snap_compare(app, terminal_size=size, run_before=before)


def test_the_plugin_that_is_broken(session, snap_compare, tmp_path):
    app = WorkbenchApp(session)
    registry = session.load(session.config)
    error = PluginRecord(
        "wide", "wide.py", "", "broken", 0.001, "ModuleNotFoundError: No module named 'x'", "at x"
    )
    session.load = lambda config: Registry((error, *registry.plugins), registry.manager)

    async def before(pilot):
        await settled(app, pilot)
        await pilot.press("6")
        await settled(app, pilot, lambda: app.current_mode == "plugins")
        await settled(app, pilot, lambda: all(one.is_shown for one in app.screen.query(RowList)))

    assert snap_compare(app, terminal_size=(80, 24), run_before=before)
