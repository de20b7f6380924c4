"""A run whose device is missing is gone on with on another one that is picked."""

import threading
from dataclasses import replace

import pytest
from textual.widgets import OptionList

from workbench.api.events import ModelBuilt, WarningRaised
from workbench.core.devices import GpuReading
from workbench.core.files import read_toml
from workbench.core.runs import RunFolder, overview, read_events
from workbench.tui import run_control
from workbench.tui.screens.menu import MenuScreen
from workbench.tui.screens.runs import RunsScreen

CUDA = 'device = "cuda:1"'


def moved(run: RunFolder) -> RunFolder:
    """As if it had been trained on a GPU elsewhere."""
    run.plan.write_text(run.plan.read_text().replace('device = "auto"', CUDA))
    run.events.write_text(run.events.read_text().replace('"device":"cpu"', '"device":"cuda:1"'))
    return run


def gpu(name: str) -> GpuReading:
    return GpuReading(0, "GPU", 1.0, 2, 3, 4.0, 5.0, 6.0, (), name)


@pytest.mark.usefixtures("end_workers")
async def test_more_epochs_ask_for_a_device_that_is_there(app, until, start_tiny):
    run = moved(await start_tiny("short"))
    async with app.run_test(size=(100, 30)) as pilot:
        seen = lambda: app.session.history and app.session.history.overview  # noqa: E731
        await until(pilot, lambda: seen() and seen().state == "completed" and app.session.registry)
        app.screen._start_worker(app.session.history, 5)
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        offered = [item.words for item in app.screen._items]
        assert offered == ["auto", "cpu", "as planned"]
        assert app.screen._items[1].command == "workbench resume short --epochs 5 --device cpu"
        await pilot.press("escape")
        assert seen().state == "completed" and CUDA in run.plan.read_text()
        app.screen._start_worker(app.session.history, 5)
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("down")
        await until(pilot, lambda: app.screen.query_one(OptionList).highlighted == 1)
        await pilot.press("enter")
        await until(pilot, lambda: seen().state == "completed" and seen().epochs == 5)
    assert read_toml(run.plan)["device"] == "cpu"
    assert overview(run).device == "cuda:1, then cpu"
    events = read_events(run)
    assert [event.device for event in events if isinstance(event, ModelBuilt)] == ["cuda:1", "cpu"]
    assert any(isinstance(event, WarningRaised) for event in events)


@pytest.mark.parametrize("screen", ["train", "runs"])
@pytest.mark.parametrize(("place", "device"), [(0, "auto"), (2, None)])
async def test_p_asks_on_each_screen(app, until, frozen_run, monkeypatch, screen, place, device):
    moved(frozen_run("calm-owl-1", end=""))
    launched = []
    monkeypatch.setattr(run_control, "launch", lambda _, run, device: launched.append(device))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.session.registry and app.session.history)
        if screen == "runs":
            await pilot.press("2")
            await until(pilot, lambda: isinstance(app.screen, RunsScreen) and app.screen.meant)
        await until(pilot, lambda: app.session.history.overview.state == "interrupted")
        await pilot.press("p")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        detach = " --detach" if screen == "runs" else ""
        command = f"workbench resume{detach} calm-owl-1"
        assert app.screen._items[0].command == f"{command} --device auto"
        assert app.screen._items[2].command == command
        await pilot.press(*["down"] * place)
        await until(pilot, lambda: app.screen.query_one(OptionList).highlighted == place)
        await pilot.press("enter")
        await until(pilot, lambda: launched)
        assert launched == [device]


async def test_p_that_is_pressed_twice_starts_one_worker(app, until, frozen_run, monkeypatch):
    frozen_run("calm-owl-1", end="")
    may_look, looked, launched = threading.Event(), [], []

    def look(session, run):
        may_look.wait(60)
        looked.append(run)
        return ""

    monkeypatch.setattr(run_control, "missing_device", look)
    monkeypatch.setattr(run_control, "launch", lambda _, run, device: launched.append(device))
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.session.registry and app.session.history)
        await until(pilot, lambda: app.session.history.overview.state == "interrupted")
        await pilot.press("p", "p")
        may_look.set()
        await until(pilot, lambda: len(looked) == 2 and launched)
        await until(pilot, lambda: not any(item.group == "work" for item in app.workers))
        assert launched == [None]


def test_what_is_missing(session, frozen_run):
    run = frozen_run("calm-owl-1")
    assert run_control.missing_device(session, run) == ""
    moved(run)
    assert run_control.missing_device(session, run) == "cuda:1"
    with_gpus = replace(session.devices[-1], gpus=(gpu("cuda:0"), gpu("cuda:1")))
    session.devices.append(with_gpus)
    assert run_control.missing_device(session, run) == ""
    session.devices.append(replace(with_gpus, gpus=(gpu("cuda:0"),)))
    assert run_control.missing_device(session, run) == "cuda:1"
    session.devices.clear()  # nobody knows yet
    assert run_control.missing_device(session, run) == ""
