"""The table of runs and its keys."""

import shutil

import pytest

from workbench.core.runs import RunFolder
from workbench.core.runs.managing import add_note, delete_run
from workbench.tui.screens.filter_line import FilterLine
from workbench.tui.screens.runs.columns import BY_TITLE, ordered
from workbench.tui.screens.runs.preview import RunPreview
from workbench.tui.screens.runs.reading import RunsReader
from workbench.tui.widgets.chart import LineChart
from workbench.tui.widgets.key_bar import KeyBar


def shown_keys(app):
    return app.screen.query_one(KeyBar).render().plain


async def test_enter_opens_the_run_under_the_cursor(app, until, frozen_run, open_runs):
    frozen_run("older", age=100)
    frozen_run("newer", end="failed")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 2)
        assert screen.table.keys == ("newer", "older")
        await pilot.press("j", "enter")
        await until(pilot, lambda: app.current_mode == "train")
        await until(pilot, lambda: app.session.history.overview.state == "completed")
        assert app.session.history.run.name == "older"


async def test_the_cursor_stays_with_its_run_while_others_come_and_go(
    app, until, frozen_run, open_runs
):
    frozen_run("one", end="live", age=50)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        other = frozen_run("two")
        await until(pilot, lambda: screen.table.keys == ("two", "one"))
        assert screen.table.key == "one"
        delete_run(other)
        await until(pilot, lambda: screen.table.keys == ("one",))


async def test_a_live_run_is_updated(app, until, frozen_run, open_runs):
    run = frozen_run("one", end="live", epochs=1)
    more = frozen_run("more", epochs=2, end="live", age=10).events.read_bytes()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 2)
        assert screen._listing.by_name["one"].overview.best_accuracy == pytest.approx(0.5)
        run.events.write_bytes(more)
        await until(
            pilot,
            lambda: screen._listing.by_name["one"].overview.best_accuracy == pytest.approx(0.6),
        )


async def test_nothing_is_painted_while_nothing_changes(
    app, until, frozen_run, open_runs, monkeypatch
):
    frozen_run("one")
    frozen_run("two", end="failed", age=50)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 2)
        await until(pilot, lambda: app.session.history.overview.state == "completed")
        painted = []
        for widget in screen.query("*"):
            monkeypatch.setattr(widget, "refresh", lambda *_, w=widget, **__: painted.append(w))
        reader, readings = screen._watch._reader, []
        read = reader.read

        def counted():
            readings.append(1)
            return read()

        monkeypatch.setattr(reader, "read", counted)
        screen.read_now()
        await until(pilot, lambda: len(readings) >= 1 and not screen._watch.is_reading)
        names = {type(widget).__name__ for widget in painted}
        assert not names & {"LongTable", "RunDetails", "KeyBar", "TopBar", "Vertical"}


async def test_typing_filters_and_escape_shows_all_again(app, until, frozen_run, open_runs):
    frozen_run("good", age=20)
    frozen_run("bad", end="failed", age=10)
    add_note(frozen_run("noted"), "the baseline")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 3)
        await pilot.press("slash", *"fail")
        await until(pilot, lambda: screen.table.keys == ("bad",))
        assert "all rows" in shown_keys(app)
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.table.keys) == 3 and app.focused is screen.table)
        assert not screen.query_one(FilterLine).is_open
        await pilot.press("slash", *"tiny", "space", *"base", "enter")
        await until(pilot, lambda: screen.table.keys == ("noted",))
        assert app.focused is screen.table
        await pilot.press("slash", *"zz", "enter")
        await until(pilot, lambda: screen.table.keys == ())
        assert "No run has all of these words" in str(screen.table._line(1))
        await pilot.press("escape")
        await until(pilot, lambda: len(screen.table.keys) == 3)


async def test_keys_sort_by_each_column_and_turn_the_order(app, frozen_run, open_runs):
    frozen_run("b", epochs=1, age=30)
    frozen_run("a", epochs=3, age=20)
    frozen_run("c", epochs=2, age=10)
    async with app.run_test(size=(140, 30)) as pilot:
        screen = await open_runs(pilot, 3)
        orders = {}
        for _ in BY_TITLE:
            await pilot.press("o")
            orders[screen._listing.sorted_by] = screen.table.keys
        assert list(orders) == list(BY_TITLE)
        assert orders["run"] == ("a", "b", "c")
        assert orders["best"] == ("a", "c", "b")
        assert orders["epoch"] == ("a", "c", "b")
        assert orders["age"] == ("c", "a", "b")
        await pilot.press("O")
        assert screen.table.keys == ("b", "a", "c")


async def test_a_click_on_a_title_sorts(app, frozen_run, open_runs):
    frozen_run("b", age=30)
    frozen_run("a", age=40)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 2)
        assert screen.table.keys == ("b", "a")
        await pilot.click("#runs", offset=(5, 0))
        assert screen.table.keys == ("a", "b")


def test_runs_without_a_value_come_last_either_way(session, frozen_run, queued_run):
    frozen_run("has", epochs=2)
    queued_run("none")
    *_, read = RunsReader(session.config.runs_dir).read()
    for is_turned in (False, True):
        assert [item.name for item in ordered(read.runs, "best", is_turned)] == ["has", "none"]


async def test_marks_are_shown_counted_and_taken_away(app, until, frozen_run, open_runs):
    for age, name in enumerate("abc"):
        frozen_run(name, age=age)
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 3)
        await pilot.press("space")
        assert (screen._listing.marked, screen.table.key) == ({"a"}, "b")
        await pilot.press("a")
        assert screen._listing.marked == {"a", "b", "c"}
        assert "3 marked" in str(screen.query_one("#runs-panel").border_title)
        await pilot.press("a")
        assert not screen._listing.marked
        await pilot.press("space", "escape")
        assert not screen._listing.marked


async def test_vim_and_page_keys_move(app, frozen_run, open_runs):
    for age in range(40):
        frozen_run(f"run-{age:02}", age=age)
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_runs(pilot, 40)
        places = {}
        for key in ("G", "k", "up", "g", "j", "down", "pagedown", "pageup", "end", "home"):
            await pilot.press(key)
            places[key] = screen.table.key
        assert places["G"] == places["end"] == "run-39"
        assert (places["k"], places["up"], places["down"]) == ("run-38", "run-37", "run-02")
        assert places["g"] == places["home"] == "run-00"
        assert int(places["pagedown"][-2:]) > 5


async def test_the_keys_in_the_bar_are_those_that_do_something(
    app, until, frozen_run, queued_run, open_runs
):
    frozen_run("live", end="live", age=30)
    frozen_run("done", age=20)
    queued_run("waits")
    async with app.run_test(size=(160, 30)) as pilot:
        screen = await open_runs(pilot, 3)
        seen = {}
        for _ in range(3):
            await pilot.pause()
            seen[screen.table.key] = shown_keys(app)
            await pilot.press("j")
        assert "pause" in seen["live"] and "stop" in seen["live"]
        assert "delete" not in seen["live"] and "cancel" not in seen["live"]
        assert "delete" in seen["done"] and "pause" not in seen["done"]
        assert "start" in seen["waits"] and "cancel" in seen["waits"]
        assert not any("compare" in bar for bar in seen.values())
        await pilot.press("a")
        assert "compare" in shown_keys(app)


async def test_no_runs_and_a_damaged_folder(app, until, session, open_runs):
    broken = RunFolder(session.config.runs_dir / "broken")
    async with app.run_test(size=(80, 24)) as pilot:
        screen = await open_runs(pilot, 0)
        await until(pilot, lambda: "No runs yet" in str(screen.table._line(1)))
        broken.path.mkdir(parents=True)
        broken.plan.write_text("= nothing")
        broken.events.write_bytes(b"\xff\x00 no event\n{}\n")
        await until(pilot, lambda: screen.table.keys == ("broken",))
        await until(pilot, lambda: screen._listing.by_name["broken"].overview)
        assert screen._listing.by_name["broken"].title == ""
        assert not app._notifications


def test_a_reading_goes_on_little_by_little_and_then_reads_only_what_changed(
    session, frozen_run, monkeypatch
):
    for age in range(60):
        frozen_run(f"run-{age:02}", age=age)
    reader = RunsReader(session.config.runs_dir)
    first = [sum(listed.overview is not None for listed in read.runs) for read in reader.read()]
    assert first[0] < 60
    assert first[-1] == 60
    opened = []
    monkeypatch.setattr(
        "workbench.tui.screens.runs.reading.overview", lambda run: opened.append(run.name)
    )
    assert [len(read.runs) for read in reader.read()] == [60]
    assert opened == []


def test_nothing_is_kept_of_runs_that_are_gone(session, frozen_run):
    reader = RunsReader(session.config.runs_dir)
    runs = [frozen_run(f"run-{number}", age=number) for number in range(3)]
    assert len([*reader.read()][-1].runs) == 3
    for run in runs[1:]:
        shutil.rmtree(run.path)
    assert len([*reader.read()][-1].runs) == 1
    kept = (reader._known, reader._events, reader._sizes)
    assert [list(names) for names in kept] == [["run-0"]] * 3


async def test_where_there_is_room_the_losses_of_the_run_are_drawn_and_go_on(
    app, until, frozen_run, open_runs
):
    run = frozen_run("one", end="live", epochs=1, age=10)
    longer = frozen_run("two", epochs=3, age=20)
    async with app.run_test(size=(160, 48)) as pilot:
        screen = await open_runs(pilot, 2)
        chart = screen.query_one("#preview", LineChart)
        length = lambda: len(chart._curves[1].points) if chart._curves else 0  # noqa: E731
        await until(pilot, lambda: length() == 1)
        run.events.write_bytes(longer.events.read_bytes())
        await until(pilot, lambda: length() == 3)
        await pilot.press("j")
        await until(pilot, lambda: screen.query_one(RunPreview).is_settled)
        assert length() == 3
        await pilot.resize_terminal(80, 24)
        await until(pilot, lambda: not screen.query_one(RunPreview).display)


async def test_a_run_that_cannot_be_read_hides_no_other(app, until, frozen_run, open_runs):
    frozen_run("good", age=10)
    odd = frozen_run("odd")
    odd.events.unlink()
    odd.events.mkdir()
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 2)
        assert screen._listing.by_name["good"].overview.state == "completed"
        await until(pilot, lambda: "can't be read" in screen._listing.by_name["odd"].overview.error)


async def test_markup_and_escapes_in_names_and_notes_are_text(app, until, frozen_run, open_runs):
    run = frozen_run("plain")
    add_note(run, "[red]no[/red] \x1b[31m")
    run.path.rename(run.path.parent / "a [b]c \x1b[2J")
    async with app.run_test(size=(100, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        row = "".join(text for text, _ in screen.table._line(1))
        details = screen.query_one("#run-details").render().plain
        assert "a [b]c" in row and "[red]no[/red]" in details
        assert "\x1b" not in row + details + str(screen.query_one("#run-details").border_title)
        await pilot.press("y")
        assert app.clipboard == "workbench attach 'a [b]c \x1b[2J'"


@pytest.mark.parametrize("width", [120, 132, 144, 200])
async def test_the_plan_is_whole_from_120_columns_on(
    app, until, frozen_run, open_runs, width, monkeypatch
):
    name, title = "patient-juniper-99", "fashion-mnist · mlp · sgd · pytorch"
    monkeypatch.setattr("workbench.tui.screens.runs.reading.plan_title", lambda run: title)
    frozen_run(name)
    async with app.run_test(size=(width, 30)) as pilot:
        screen = await open_runs(pilot, 1)
        await until(pilot, lambda: screen._listing.by_name[name].title)
        row = "".join(text for text, _ in screen.table._line(1))
        assert f"{name} " in row and title in row
