"""The menu of the Checkpoints screen, and what comes late."""

import threading

from workbench.core.checkpoints import list_checkpoints
from workbench.core.checkpoints.managing import delete_checkpoint
from workbench.tui import looking_into
from workbench.tui.screens.asking import AskScreen, WriteScreen
from workbench.tui.screens.checkpoints import CheckpointsScreen, doing
from workbench.tui.screens.menu import MenuScreen
from workbench.tui.screens.tensors import TensorsScreen


async def test_the_menu_has_every_action_with_its_command(app, until, saved_run, open_checkpoints):
    saved_run("calm-owl-1", (0.5, 0.7))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_checkpoints(pilot, 2)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        keys = [item.key for item in app.screen._items]
        assert keys == ["enter", "i", "T", "n", "d", "x", "P", "R", "v", "t", "I"]
        for item in app.screen._items:
            assert item.command.startswith("workbench ")
        for _ in range(keys.index("R")):
            await pilot.press("j")
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, WriteScreen))
        await pilot.press("escape")
        await until(pilot, lambda: app.screen is screen)


async def test_a_menu_does_nothing_to_another_checkpoint(app, until, saved_run, open_checkpoints):
    run = saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    async with app.run_test(size=(120, 36)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        keys = [item.key for item in app.screen._items]
        delete_checkpoint(run, "step-00000120")  # as its run does to keep the newest only
        await until(pilot, lambda: len(screen._panel.table.keys) == 2)
        for _ in range(keys.index("P")):
            await pilot.press("j")
        await pilot.press("enter")
        await until(
            pilot, lambda: any("table changed" in notice.message for notice in app._notifications)
        )
        assert not any(item.manifest.protected for item in list_checkpoints(run))


async def test_tensors_that_are_read_late_open_over_no_other_place(
    app, until, saved_run, open_checkpoints, monkeypatch
):
    saved_run("calm-owl-1", (0.5, 0.7))
    go_on, read, shown = threading.Event(), looking_into.events_of, []

    def slow(run, *kinds):
        go_on.wait(30)
        return read(run, *kinds)

    monkeypatch.setattr(looking_into, "events_of", slow)
    monkeypatch.setattr(TensorsScreen, "on_mount", lambda self: shown.append(self))
    async with app.run_test(size=(80, 24)) as pilot:
        await open_checkpoints(pilot, 2)
        await pilot.press("T", "5")
        await until(pilot, lambda: app.current_mode != "checkpoints")
        go_on.set()
        await until(pilot, lambda: not any(item.group == "tensors" for item in app.workers))
        await pilot.press("3")
        await until(pilot, lambda: isinstance(app.screen, CheckpointsScreen))
        assert shown == []


async def test_undo_brings_back_all_of_a_deletion_that_is_not_over(
    app, until, saved_run, open_checkpoints, monkeypatch
):
    saved_run("calm-owl-1", (0.5, 0.7, 0.6))
    delete, may_end = doing.delete, threading.Event()

    def slow(items):
        done = delete(items)
        may_end.wait(60)
        return done

    monkeypatch.setattr(doing, "delete", slow)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_checkpoints(pilot, 3)
        await pilot.press("a", "d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: len(screen._panel.table.keys) == 1)
        await pilot.press("u")
        may_end.set()
        await until(pilot, lambda: len(screen._panel.table.keys) == 3)
        await until(pilot, lambda: not screen._deeds.can_undo)
