"""What the keys of the Runs screen do to runs, with real workers where there are any."""

import threading

import pytest
from textual.widgets import Input, OptionList

from workbench.api.events import NoteAdded
from workbench.core.queue import queued_runs
from workbench.core.runs import list_runs, read_events
from workbench.tui.screens.asking import AskScreen, WriteScreen
from workbench.tui.screens.menu import MenuScreen
from workbench.tui.screens.runs import doing


def names(session):
    return {run.name for run in list_runs(session.config.runs_dir)}


def notices(app):
    return [notice.message for notice in app._notifications]


async def test_delete_says_what_it_holds_and_undo_brings_back(
    app, until, session, frozen_run, open_runs
):
    for age, name in enumerate("abc"):
        frozen_run(name, age=age)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 3)
        await pilot.press("space", "space", "d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        text = app.export_screenshot()
        assert "KiB" in text and "trash" in text
        assert app.screen._command == "workbench runs delete a b"
        await pilot.press("escape")
        assert names(session) == {"a", "b", "c"}
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: screen.table.keys == ("c",))
        assert names(session) == {"c"}
        await pilot.press("u")
        await until(pilot, lambda: set(screen.table.keys) == {"a", "b", "c"})
        assert names(session) == {"a", "b", "c"}


async def test_undo_takes_back_all_of_a_deletion_that_is_not_over(
    app, until, session, frozen_run, open_runs, monkeypatch
):
    for age, name in enumerate("abc"):
        frozen_run(name, age=age)
    delete, may_end = doing.delete, threading.Event()

    def slow(runs):
        done = delete(runs)
        may_end.wait(60)
        return done

    monkeypatch.setattr(doing, "delete", slow)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 3)
        await pilot.press("space", "space", "d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: screen.table.keys == ("c",))
        await pilot.press("u")
        may_end.set()
        await until(pilot, lambda: set(screen.table.keys) == {"a", "b", "c"})


async def test_undo_reaches_what_was_deleted_before_this_session(
    app, until, session, frozen_run, open_runs
):
    from workbench.core.runs.managing import delete_run

    delete_run(frozen_run("gone"))
    frozen_run("here")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        await pilot.press("u")
        await until(pilot, lambda: set(screen.table.keys) == {"gone", "here"})
        await pilot.press("u")
        await until(pilot, lambda: any("nothing to undo" in words for words in notices(app)))


async def test_a_live_run_is_not_deleted(app, until, session, frozen_run, open_runs):
    frozen_run("live", end="live")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_runs(pilot, 1)
        await pilot.press("d")
        await until(pilot, lambda: any("can't be deleted" in words for words in notices(app)))
        assert names(session) == {"live"}


async def test_deleting_the_open_run_opens_the_newest_one(
    app, until, session, frozen_run, open_runs
):
    frozen_run("older", age=100)
    frozen_run("newest")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_runs(pilot, 2)
        assert session.history.run.name == "newest"
        await pilot.press("d")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))
        await pilot.press("enter")
        await until(pilot, lambda: session.history.run.name == "older")


async def test_rename_checks_the_name_and_undo_takes_it_back(
    app, until, session, frozen_run, open_runs
):
    frozen_run("first", age=10)
    frozen_run("taken", age=20)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 2)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, WriteScreen))
        for wrong in ("taken", "a/b"):
            app.screen.query_one(Input).value = wrong
            await pilot.press("enter")
            await pilot.pause()
            assert isinstance(app.screen, WriteScreen)
        app.screen.query_one(Input).value = "better"
        await pilot.press("enter")
        await until(pilot, lambda: "better" in screen.table.keys)
        await until(pilot, lambda: screen.table.key == "better")
        await until(pilot, lambda: session.history.run.name == "better")
        await pilot.press("u")
        await until(pilot, lambda: set(screen.table.keys) == {"first", "taken"})
        await until(pilot, lambda: session.history.run.name == "first")


async def test_a_note_is_written_shown_and_found(app, until, frozen_run, open_runs):
    run = frozen_run("one")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        await pilot.press("N")
        await until(pilot, lambda: isinstance(app.screen, WriteScreen))
        await pilot.press(*"good", "space", *"one", "ctrl+y")
        assert app.clipboard == "workbench runs note one 'good one'"
        await pilot.press("enter")
        await until(pilot, lambda: screen._listing.by_name["one"].overview.note == "good one")
        assert isinstance(read_events(run)[-1], NoteAdded)
        assert "good one" in screen.query_one("#run-details").render().plain


async def test_each_action_of_the_menu_shows_its_command_and_y_copies_it(
    app, until, frozen_run, open_runs
):
    frozen_run("one")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_runs(pilot, 1)
        await pilot.press("y")
        assert app.clipboard == "workbench attach one"
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        commands = {item.words: item.command for item in app.screen._items}
        assert commands["delete"] == "workbench runs delete one"
        assert commands["rename"] == "workbench runs rename one NAME"
        assert "compare" not in commands
        at = list(commands).index("delete")
        for _ in range(at):
            await pilot.press("j")
        await pilot.press("y")
        assert app.clipboard == "workbench runs delete one"
        assert app.screen.query_one(OptionList).highlighted == at
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.screen, AskScreen))


async def test_a_menu_does_nothing_to_another_run(app, until, session, frozen_run, open_runs):
    from workbench.core.runs.managing import delete_run

    gone = frozen_run("gone")
    frozen_run("here", age=9)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 2)
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        words = [item.words for item in app.screen._items]
        delete_run(gone)
        await until(pilot, lambda: screen.table.keys == ("here",))
        for _ in range(words.index("delete")):
            await pilot.press("j")
        await pilot.press("enter")
        await until(pilot, lambda: any("table changed" in words for words in notices(app)))
        assert app.screen is screen and names(session) == {"here"}


@pytest.mark.usefixtures("end_workers")
async def test_a_real_run_is_paused_resumed_and_stopped_from_here(
    app, until, session, open_runs, state_of
):
    from workbench.core.plan import check_plan
    from workbench.core.runs import create_run, launch_worker

    document = {**session.config.preset("slow"), "plugins": [str(session.config.plugin_paths[0])]}
    run = create_run(
        session.config.runs_dir, check_plan(document, session.load(session.config)), "real"
    )
    worker = launch_worker(run, session.config.data_dir)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        listed = lambda: screen._listing.by_name["real"].overview.state  # noqa: E731
        await until(pilot, lambda: listed() == "running")
        await pilot.press("p")
        await until(pilot, lambda: listed() == "paused")
        assert screen._command_shown() == "workbench pause real"
        await pilot.press("p")
        await until(pilot, lambda: listed() == "running")
        await pilot.press("s")
        await until(pilot, lambda: listed() == "stopped")
        worker.wait()
        await pilot.press("p")
        await until(pilot, lambda: listed() == "running")
        await pilot.press("s")
        await until(pilot, lambda: state_of("real") == "stopped")


async def test_queued_runs_show_their_place_move_and_leave(
    app, until, session, queued_run, open_runs
):
    for name in ("one", "two", "three"):
        queued_run(name)
    order = lambda: [run.name for run in queued_runs(session.config.runs_dir)]  # noqa: E731
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 3)
        screen._listing.sort("state")
        screen._show()
        assert screen.table.keys == ("one", "two", "three")
        assert "queued 1" in str(screen.table._line(1))
        screen.table.move_to(2)
        await pilot.press("K")
        await until(pilot, lambda: order() == ["one", "three", "two"])
        await until(pilot, lambda: screen.table.keys == ("one", "three", "two"))
        assert screen.table.key == "three"
        assert screen._command_shown() == "workbench queue move three 2"
        await pilot.press("J")
        await until(pilot, lambda: order() == ["one", "two", "three"])
        await until(pilot, lambda: screen.table.keys == ("one", "two", "three"))
        await pilot.press("x")
        await until(pilot, lambda: order() == ["one", "two"])
        await until(pilot, lambda: screen.table.keys == ("one", "two"))


async def test_undo_puts_a_cancelled_run_back_into_the_queue(
    app, until, session, queued_run, open_runs, monkeypatch
):
    started = []
    monkeypatch.setattr(
        "workbench.core.queue.start_dispatcher", lambda *given: started.append(given)
    )
    queued_run("one")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        await pilot.press("x")
        await until(pilot, lambda: screen.table.keys == ())
        await pilot.press("u")
        await until(pilot, lambda: started and screen.table.keys == ("one",))
        assert [run.name for run in queued_runs(session.config.runs_dir)] == ["one"]


@pytest.mark.usefixtures("end_workers")
async def test_a_queued_run_starts_before_its_turn(
    app, until, session, queued_run, open_runs, state_of
):
    queued_run("one", names_plugin=True)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        await pilot.press("p")
        await until(pilot, lambda: state_of("one") == "completed")
        await until(pilot, lambda: screen._listing.by_name["one"].overview.state == "completed")
        assert not queued_runs(session.config.runs_dir)


async def test_a_name_that_is_taken_in_the_meantime_is_a_sentence(
    app, until, session, frozen_run, open_runs, monkeypatch
):
    run = frozen_run("one")
    async with app.run_test(size=(100, 30)) as pilot:
        await open_runs(pilot, 1)
        await pilot.press("R")
        await until(pilot, lambda: isinstance(app.screen, WriteScreen))
        monkeypatch.setattr(app.screen, "_problem", lambda name: "")
        frozen_run("free", age=10)
        app.screen.query_one(Input).value = "free"
        await pilot.press("enter")
        await until(pilot, lambda: any('"free" already' in words for words in notices(app)))
        assert run.path.exists()


async def test_why_a_resumed_run_fails_again_is_said_once(app, until, frozen_run, open_runs):
    frozen_run("broken", end="failed")  # its plan names no plugin: nobody knows its dataset
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        before = screen._listing.by_name["broken"].overview.updated
        await pilot.press("p")
        await until(pilot, lambda: screen._listing.by_name["broken"].overview.updated > before)
        await until(pilot, lambda: any("broken failed: " in words for words in notices(app)))
        screen.read_now()
        await until(pilot, lambda: not screen._watch.is_reading)
        (sentence,) = notices(app)
        assert sentence == f"broken failed: {screen._listing.by_name['broken'].overview.error}"
        assert "tiny" in sentence
