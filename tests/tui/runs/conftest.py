"""The Runs screen, with runs that were written or really trained."""

import pytest

from workbench.core.plan import check_plan
from workbench.core.queue import enqueue
from workbench.core.runs import create_run, overview
from workbench.tui.screens.runs import RunsScreen


@pytest.fixture
def open_runs(app, until):
    """Goes to the Runs screen, and waits until all runs are read and one is open."""

    async def go(pilot, count):
        await until(pilot, lambda: app.session.registry)
        await pilot.press("2")
        await until(pilot, lambda: isinstance(app.screen, RunsScreen))
        screen = app.screen
        await until(pilot, lambda: len(screen.table.keys) == count and is_read(screen))
        await until(pilot, lambda: app.focused is screen.table)
        await until(pilot, lambda: not count or app.session.history)
        return screen

    return go


def is_read(screen):
    runs = screen._listing.runs
    return all(listed.overview and listed.size_bytes is not None for listed in runs)


@pytest.fixture
def queued_run(session):
    """Makes a run of the tiny plan that waits in the queue, which nobody works off.

    It can be started if it names its plugin, whose path has another length elsewhere.
    """
    plugins = [str(path) for path in session.config.plugin_paths]

    def make(name, *, names_plugin=False):
        document = {**session.config.preset("tiny"), "plugins": plugins if names_plugin else []}
        plan = check_plan(document, session.load(session.config))
        run = create_run(session.config.runs_dir, plan, name)
        enqueue(run)
        return run

    return make


@pytest.fixture
def state_of(session):
    """The state that a run's folder says."""
    from workbench.core.runs import RunFolder

    return lambda name: overview(RunFolder(session.config.runs_dir / name)).state
