"""The Plugins screen: finding a plugin, and switching it off and on."""

import threading
from pathlib import Path

import pytest
from textual.widgets import Static

from workbench.core.plugins import load_plugins
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.menu import MenuScreen
from workbench.tui.screens.plugins.screen import PluginsScreen
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.row_list import RowList

TINY_PLUGIN = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"


@pytest.fixture
def app(session, tmp_path):
    broken = tmp_path / "broken.py"
    broken.write_text("import nothing_of_this_name\n")
    session.load = lambda config: load_plugins([TINY_PLUGIN, broken], config.disabled_plugins)
    return WorkbenchApp(session)


@pytest.fixture
def shown(app, session, until):
    async def go(pilot):
        await until(pilot, lambda: session.registry)
        await pilot.press("6")
        await until(pilot, lambda: isinstance(app.screen, PluginsScreen) and names(app))

    return go


def names(app):
    return [row.key.split()[0] for row in app.screen.query_one("#plugins", RowList)._rows]


def states(app):
    return {record.name: record.state for record in app.session.registry.plugins}


async def to(app, pilot, until, name):
    await pilot.press("g", *"j" * names(app).index(name))
    await until(pilot, lambda: app.screen._record and app.screen._record.name == name)


async def test_a_plugin_is_switched_off_and_on_and_the_file_keeps_its_comments(
    app, session, until, shown
):
    path = Path("workbench.toml")
    path.write_text(f"# mine\n{path.read_text()}")
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot)
        await to(app, pilot, until, "tiny-plugin")
        assert "disable" in app.screen.query_one(KeyBar).render().plain
        await pilot.press("e")  # it is loaded: there is nothing to enable
        await pilot.press("d")
        await until(pilot, lambda: states(app)["tiny-plugin"] == "disabled")
        assert "# mine" in path.read_text() and '"tiny-plugin"' in path.read_text()
        await until(pilot, lambda: "enable" in app.screen.query_one(KeyBar).render().plain)
        await pilot.press("e")
        await until(pilot, lambda: states(app)["tiny-plugin"] == "loaded")
        assert '"tiny-plugin"' not in path.read_text()
        assert "tiny-plugin" not in session.config.settings.disabled_plugins


async def test_the_list_is_filtered_as_one_types(app, until, shown):
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot)
        everything = names(app)
        await pilot.press("slash", *"modulenotfound")
        await until(pilot, lambda: names(app) == ["broken"])
        detail = app.screen.query_one("#plugin", Static)
        await until(pilot, lambda: "Traceback" in str(detail.content))
        await pilot.press("escape")
        await until(pilot, lambda: names(app) == everything)
        await pilot.press("slash", *"no such words", "enter")
        await until(pilot, lambda: names(app) == [])


async def test_every_action_has_its_command(app, session, until, shown):
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot)
        await to(app, pilot, until, "tiny-plugin")
        await pilot.press("y")
        assert app.clipboard == "workbench plugins show tiny-plugin"
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("y")
        assert app.clipboard == "workbench plugins disable tiny-plugin"
        await pilot.press("enter")
        await until(pilot, lambda: states(app)["tiny-plugin"] == "disabled")


async def test_two_plugins_that_are_switched_off_one_after_the_other_both_stay_off(
    app, session, until, shown
):
    async with app.run_test(size=(120, 36)) as pilot:
        await shown(pilot)
        load, begun, may_load = session.load, [], threading.Event()

        def slow_load(config):
            begun.append(config)
            may_load.wait(60)
            return load(config)

        session.load = slow_load
        await to(app, pilot, until, "tiny-plugin")
        await pilot.press("d")
        await until(pilot, lambda: begun)
        await to(app, pilot, until, "broken")
        await pilot.press("d")
        await pilot.pause(0.3)
        may_load.set()
        await until(
            pilot, lambda: "disabled" in (states(app)["broken"], states(app)["tiny-plugin"])
        )
        await until(pilot, lambda: states(app)["broken"] == "disabled")
        await until(pilot, lambda: states(app)["tiny-plugin"] == "disabled")
        assert {"broken", "tiny-plugin"} <= set(session.config.settings.disabled_plugins)
