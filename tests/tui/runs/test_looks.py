"""What the Runs screen and its dialogs look like, with frozen runs."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.tui.screens.runs import RunsScreen
from workbench.tui.screens.runs.compare import CompareScreen
from workbench.tui.screens.runs.preview import RunPreview
from workbench.tui.widgets.long_table import LongTable

SIZES = [(80, 24), (160, 48)]
KEYS = {
    "table": [],
    "marks": ["j", "space", "space"],
    "menu": ["G", "m"],
    "delete": ["G", "d"],
    "rename": ["G", "R"],
    "repeat": ["G", "n"],
}


@pytest.fixture(autouse=True)
def the_same_everywhere(session):
    session.config = replace(session.config, runs_dir=Path("runs"))


@pytest.fixture
def runs(frozen_run, queued_run):
    """A live run on a sample, two that ended, and one that waits."""
    frozen_run("warm-lark-2", age=20_000)
    frozen_run("tidy-moss-40", epochs=2, end="failed", age=900)
    frozen_run("quiet-otter-12", epochs=1, end="live", is_sample=True, age=100)
    waiting = queued_run("patient-wren-3")
    os.utime(waiting.plan, (1_700_000_000 - 50, 1_700_000_000 - 50))


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("what", KEYS)
def test_the_screen_and_its_dialogs(app, snap_compare, until, open_runs, runs, what, size):
    async def before(pilot):
        screen = await open_runs(pilot, 4)
        await until(pilot, lambda: app.session.history.overview.updated)
        for key in KEYS[what]:
            await pilot.press(key)
            if app.screen is screen:  # a dialog may hide that the losses come
                await until(pilot, lambda: screen.query_one(RunPreview).is_settled)
        if what not in ("table", "marks"):
            await until(pilot, lambda: app.screen.is_modal)
        await until(pilot, lambda: screen.query_one(RunPreview).is_settled)
        for field in app.screen.query("Input"):
            field.cursor_blink = False

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.parametrize("size", SIZES)
def test_a_comparison(app, snap_compare, until, open_runs, runs, size):
    async def before(pilot):
        screen = await open_runs(pilot, 4)
        assert isinstance(screen, RunsScreen)
        await pilot.press("a", "c")
        await until(pilot, lambda: isinstance(app.screen, CompareScreen))
        await until(pilot, lambda: app.screen.query_one(LongTable).keys)

    assert snap_compare(app, terminal_size=size, run_before=before)
