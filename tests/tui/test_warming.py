"""A worker waits for the next run while the person is on the Train screen."""

import threading

import pytest

from workbench.api.events import RunStarted
from workbench.core import runs
from workbench.core.runs import list_runs, read_events
from workbench.tui import run_history
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.screens.train.warming import Warming

pytestmark = pytest.mark.usefixtures("end_workers")


def is_completed(history):
    return history is not None and history.overview.state == "completed"


@pytest.fixture
def spare_session(session):
    session.keeps_spare = True
    yield session
    if session.spare is not None:
        session.spare.drop()


async def test_a_run_is_given_to_the_worker_that_waits_and_another_waits_after_it(
    app, spare_session, until
):
    session = spare_session
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: session.registry and app.screen.query(FieldRow))
        await until(pilot, lambda: session.spare and session.spare.backend == "tiny")
        await pilot.press("t")
        await until(
            pilot, lambda: session.history and session.history.overview.state == "completed"
        )
        (run,) = list_runs(session.config.runs_dir)
        started = [event for event in read_events(run) if isinstance(event, RunStarted)]
        assert [worker.pid for worker in session.workers] == [started[0].pid]
        assert "--spare" in session.workers[0].args
        await until(pilot, lambda: session.spare.backend == "tiny")


async def test_a_worker_that_can_not_wait_costs_nothing_but_the_time(app, spare_session, until):
    session = spare_session
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: session.spare and session.spare.backend == "tiny")
        session.spare._process.kill()
        session.spare._process.wait()
        await pilot.press("t")
        await until(
            pilot, lambda: session.history and session.history.overview.state == "completed"
        )
        assert "--spare" not in session.workers[-1].args


class Draft:
    """A plan whose backend can be warmed up."""

    class Backend:
        warm_up, requires = "gc:freeze", ()

    def spec(self, kind):
        return self.Backend

    def name(self, kind):
        return "tiny"


def test_it_is_wanted_once_a_moment_after_a_touch():
    clock = [100.0]
    warming = Warming(lambda: clock[0])
    assert warming.wanted(Draft(), None) is None  # nobody was there yet
    warming.touch()
    assert warming.wanted(Draft(), None) is None  # may go on typing
    clock[0] += 5
    assert warming.wanted(None, None) is None  # there is no plan yet
    assert warming.wanted(Draft(), None) == ("tiny", "gc:freeze")
    assert warming.wanted(Draft(), None) is None
    clock[0] += 1000
    assert warming.wanted(Draft(), None) is None


async def test_a_worker_that_takes_its_time_to_start_is_not_told_gone(
    app, session, until, monkeypatch
):
    may_start = threading.Event()
    launch_worker = runs.launch_worker

    def late(*given, **options):
        may_start.wait(60)
        return launch_worker(*given, **options)

    monkeypatch.setattr(runs, "launch_worker", late)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: session.registry and app.screen.query(FieldRow))
        settled = []
        await pilot.press("t")
        await until(pilot, lambda: session.history and session.starting)
        monkeypatch.setattr(run_history, "_STARTING_S", 0.0)
        settle = session.history.settle
        monkeypatch.setattr(session.history, "settle", lambda alive: settled.append(settle(alive)))
        await until(pilot, lambda: len(settled) >= 2)
        assert session.history.overview.state == "starting"
        monkeypatch.setattr(session.history, "settle", settle)
        may_start.set()
        await until(pilot, lambda: session.history.overview.state == "completed")
