"""The other screens, the help and the palette."""

import threading
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from workbench.api.errors import UserError
from workbench.core.plugins import load_plugins
from workbench.tui.app import WorkbenchApp
from workbench.tui.places import PLACES
from workbench.tui.screens.help import HelpScreen, KeyList
from workbench.tui.screens.train.plan.editor import FieldEditor
from workbench.tui.screens.train.plan.rows import FieldRow
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.long_table import LongTable
from workbench.tui.widgets.row_list import Column, Row, fitting, lay_out
from workbench.tui.widgets.too_small import TooSmall
from workbench.tui.widgets.top_bar import TopBar

TINY_PLUGIN = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"


def keys_of(screen, list_id):
    found = screen.query_one(list_id)
    return list(found.keys) if isinstance(found, LongTable) else [row.key for row in found._rows]


async def test_checkpoints_of_the_run_under_the_cursor(app, until, start_tiny):
    run = await start_tiny("saved")
    async with app.run_test(size=(100, 30)) as pilot:
        await pilot.press("3")
        await until(
            pilot,
            lambda: app.current_mode == "checkpoints" and keys_of(app.screen, "#checkpoints"),
        )
        await until(pilot, lambda: keys_of(app.screen, "#checkpoint-runs") == [run.name])
        assert len(keys_of(app.screen, "#checkpoints")) == 3


async def test_a_broken_plugin_shows_its_reason_and_traceback(session, until, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("import nothing_of_this_name\n")
    session.load = lambda config: load_plugins(
        [TINY_PLUGIN, broken],
        ["keras", "pytorch", "keras-applications", "torchvision-models", "torchvision-sets"],
    )
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: session.registry)
        await pilot.press("6")
        await until(pilot, lambda: app.current_mode == "plugins" and app.screen.query("#plugin"))
        names = [record.name for record in session.registry.plugins]
        await until(pilot, lambda: len(keys_of(app.screen, "#plugins")) == len(names))
        for _ in range(names.index("broken")):
            await pilot.press("down")
        detail = app.screen.query_one("#plugin", Static)
        await until(pilot, lambda: "which is not installed" in str(detail.content))
        assert "Traceback" in str(detail.content)


async def test_the_help_lists_the_keys_of_the_place_and_filters(app, until):
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        await pilot.press("question_mark")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))
        keys = app.screen.query_one(KeyList)
        assert "Train the plan as a new run." in str(keys.render())
        await pilot.press(*"palett")
        await until(pilot, lambda: "Train the plan" not in str(keys.render()))
        assert "Find any action by name." in str(keys.render())
        await pilot.press("escape")
        await until(pilot, lambda: not isinstance(app.screen, HelpScreen))


async def test_the_palette_has_every_action(app, until):
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        commands = {command.title for command in app.get_system_commands(app.screen)}
        assert "Train  (t)" in commands
        assert "Runs  (2)" in commands
        assert "Theme" in commands
        await pilot.press("ctrl+p")
        await until(pilot, lambda: type(app.screen).__name__ == "CommandPalette")
        await pilot.press("escape")


async def test_an_editor_shows_its_own_keys_and_keeps_the_letters(app, until):
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        row = next(row for row in app.screen.query(FieldRow) if row.field.key == "epochs")
        row.focus()
        await pilot.press("enter")
        await until(pilot, lambda: isinstance(app.focused, FieldEditor))
        await pilot.press("q")
        assert app.focused.value == "q"
        bar = app.screen.query_one(KeyBar).render().plain
        assert "accept" in bar
        assert "back" in bar


async def test_keys_can_be_changed_in_the_configuration(session, until):
    from dataclasses import replace

    session.config = replace(session.config, keys={"app.help": "f1"})
    app = WorkbenchApp(session)
    async with app.run_test(size=(100, 40)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        await pilot.press("f1")
        await until(pilot, lambda: isinstance(app.screen, HelpScreen))


async def test_an_unknown_theme_falls_back(session, until):
    from dataclasses import replace

    session.config = replace(session.config, settings=replace(session.config.settings, theme="x"))
    app = WorkbenchApp(session)
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.screen.query(OptionList) is not None)
        assert app.theme == "workbench"


async def test_markup_and_escapes_from_outside_are_text(app, until, frozen_run):
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        app.screen.complain(str(UserError("[red]no[/red] \x1b[31m")))
        await until(pilot, lambda: app._notifications)
        (notice,) = app._notifications
        assert not notice.markup
        assert "\x1b" not in notice.message


async def test_each_screen_looks_as_before_once_the_others_were_seen(app, until, frozen_run):
    frozen_run("seen")
    async with app.run_test(size=(80, 24)) as pilot:
        await until(pilot, lambda: app.session.registry and app.screen.query("#samples-panel"))
        await until(pilot, lambda: app.session.history.overview.state == "completed")
        await until(pilot, lambda: app.screen.query_one("#samples-panel").size.width)
        before = {widget.id: widget.region for widget in app.screen.query("*") if widget.id}
        for place in (*PLACES[1:], PLACES[0]):
            await pilot.press(place.key)
            await until(pilot, lambda name=place.name: app.current_mode == name)
        await pilot.pause()
        after = {widget.id: widget.region for widget in app.screen.query("*") if widget.id}
        assert after == before


def test_columns_go_by_rank_where_room_is_short():
    columns = (Column("a", 0), Column("b", 8, rank=2), Column("c", 8, rank=1))
    assert [column.title for column in fitting(columns, 80)] == ["a", "b", "c"]
    assert [column.title for column in fitting(columns, 26)] == ["a", "c"]
    assert [column.title for column in fitting(columns, 5)] == ["a"]


def test_a_row_is_as_wide_as_the_table():
    columns = (Column("a", 0), Column("b", 6, "right"))
    line = lay_out(Row("k", ("a name that is too long", "12")), columns, 20)
    assert line.plain == "a name that…      12"


async def test_every_place_is_named_and_has_its_keys_at_60_columns(app, until, frozen_run):
    frozen_run("quiet-otter-12", end="live")
    async with app.run_test(size=(60, 20)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow) and app.session.history)
        for place in PLACES:
            if place.name in ("predict", "data"):  # they start workers; their tests look at them
                continue
            await pilot.press(place.key)
            await until(pilot, lambda name=place.name: app.current_mode == name)
            await until(pilot, lambda: app.screen.is_composed)
            top = app.screen.query_one(TopBar).render().plain
            assert len(top) <= 58
            assert all(f" {one.key} " in top for one in PLACES if one.in_bar)
            assert "help" in app.screen.query_one(KeyBar).render().plain


async def test_the_first_run_is_one_key_away_and_says_what_comes_next(
    app, session, until, end_workers
):
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        welcome = app.screen.query_one("#welcome")
        await until(pilot, lambda: "to train" in str(welcome.render()))
        await pilot.press("t")
        history = await until(pilot, lambda: session.history)
        await until(pilot, lambda: history.overview.state == "completed")
        await until(pilot, lambda: history.log[-1].text.startswith("next: 4 its predictions"))


async def test_what_comes_back_once_a_screen_is_being_removed_is_dropped(app, until):
    may_end, taken = threading.Event(), []
    async with app.run_test() as pilot:
        await until(pilot, lambda: app.screen.is_composed)
        app.screen.in_thread(lambda: may_end.wait(30), taken.append, "late")
        await app.screen.query_one(KeyBar).remove()
        may_end.set()
        await until(pilot, lambda: not any(item.group == "late" for item in app.workers))
        await pilot.pause()
    assert taken == []


@pytest.mark.parametrize("key", "12345678")
async def test_a_terminal_without_room_says_so_until_it_has_some(app, until, frozen_run, key):
    frozen_run("a-name-of-18-chars")
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.session.history and app.session.registry)
        await pilot.press(key)
        await until(pilot, lambda: app.screen.is_current and app.screen.query(TooSmall))
        notice, focused = app.screen.query_one(TooSmall), app.screen.focused
        assert not notice.display
        await pilot.resize_terminal(20, 5)
        await until(pilot, lambda: notice.display)
        assert notice.region.size == (20, 5)
        assert notice.render().plain == "20x5 is too small: 40x12 is enough"
        await pilot.resize_terminal(40, 12)
        await until(pilot, lambda: not notice.display)
        assert app.screen.focused is focused


async def test_the_names_of_runs_are_the_last_to_be_cut(app, until, frozen_run):
    frozen_run("a-name-of-18-chars")
    async with app.run_test(size=(40, 15)) as pilot:
        await until(pilot, lambda: app.session.history and app.session.registry)
        await pilot.press("2")
        await until(pilot, lambda: app.screen.query("#runs"))
        table = app.screen.query_one("#runs", LongTable)
        await until(pilot, lambda: table.keys)
        shown = "".join(segment.text for segment in table.render_line(1))
        assert "a-name-of-18-chars" in shown
        assert "✓ completed" in shown
