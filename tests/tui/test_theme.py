"""The themes, and that the chosen one is there the next time."""

import threading
from dataclasses import replace
from pathlib import Path

import platformdirs
import pytest
from rich.color import ColorType

from workbench.core.config import editing, load_config
from workbench.core.config.editing import set_theme
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.plugins import PluginsScreen
from workbench.tui.screens.train.plan.rows import FieldRow


def with_theme(session, name):
    session.config = replace(session.config, settings=replace(session.config.settings, theme=name))
    return WorkbenchApp(session)


def color_types(app):
    """The kinds of all colours on the screen, as they are sent to the terminal."""
    segments = [part for strip in app.screen._compositor.render_strips() for part in strip]
    colors = [c for part in segments if part.style for c in (part.style.color, part.style.bgcolor)]
    return {color.type for color in colors if color is not None}


@pytest.mark.parametrize(
    ("theme", "no_color", "allowed"),
    [
        ("workbench-16", False, {ColorType.DEFAULT, ColorType.STANDARD}),
        ("workbench-mono", False, {ColorType.DEFAULT}),
        ("workbench", True, {ColorType.DEFAULT}),
        ("nord", True, {ColorType.DEFAULT}),
    ],
)
async def test_few_colors(session, until, frozen_run, monkeypatch, theme, no_color, allowed):
    monkeypatch.setenv("TERM", "xterm-16color")
    monkeypatch.delenv("COLORTERM")
    if no_color:
        monkeypatch.setenv("NO_COLOR", "1")
    frozen_run("quiet-otter-12", end="live")
    app = with_theme(session, theme)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow) and session.history)
        await pilot.press("n")
        await until(pilot, lambda: isinstance(app.focused, FieldRow))
        assert color_types(app) <= allowed
        assert app.theme == ("workbench-mono" if no_color else theme)
        for key in "2", "3", "6", "7", "question_mark":
            await pilot.press("escape", key)
            await until(pilot, lambda: app.screen._compositor.widgets)
            assert color_types(app) <= allowed, key


async def test_without_colors_the_cursor_is_reversed(session, until, monkeypatch):
    monkeypatch.setenv("NO_COLOR", "1")
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        await pilot.press("n")
        row = await until(pilot, lambda: isinstance(app.focused, FieldRow) and app.focused)
        assert row.rich_style.reverse


async def test_without_colors_the_row_under_the_cursor_is_reversed(
    session, until, frozen_run, monkeypatch
):
    monkeypatch.setenv("NO_COLOR", "1")
    for age, name in enumerate("ab"):
        frozen_run(name, age=age)
    app = WorkbenchApp(session)
    async with app.run_test(size=(120, 36)) as pilot:
        await until(pilot, lambda: session.history and session.registry)
        for key, listed in (("2", "#runs"), ("5", "#datasets OptionList")):
            await pilot.press(key)
            await until(pilot, lambda listed=listed: app.screen.query(listed))
            widget = app.screen.query_one(listed)
            await until(pilot, lambda widget=widget: app.focused is widget and widget.size)
            await until(pilot, lambda widget=widget: "a" in reversed_text(widget))


def reversed_text(widget):
    lines = [widget.render_line(y) for y in range(widget.size.height)]
    return "".join(part.text for line in lines for part in line if part.style.reverse)


async def test_a_chosen_theme_is_remembered(app, until):
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.screen.query(FieldRow))
        app.theme = "workbench-16"
        await until(pilot, lambda: load_config().settings.theme == "workbench-16")
        await until(pilot, lambda: app.session.config.settings.theme == "workbench-16")
        app.theme = "nord"
        await until(pilot, lambda: load_config().settings.theme == "nord")
    assert "[presets.tiny]" in Path("workbench.toml").read_text()


def test_the_rest_of_the_file_stays_as_it_was():
    Path("workbench.toml").write_text("# mine\ntheme = 'nord' # dark\n[keys]\n'app.help' = 'f1'\n")
    set_theme(load_config(), "workbench")
    text = Path("workbench.toml").read_text()
    assert text == "# mine\ntheme = \"workbench\" # dark\n[keys]\n'app.help' = 'f1'\n"


def test_a_file_with_tables_alone_gets_the_theme_before_them():
    Path("workbench.toml").write_text("# mine\n[keys]\n'app.help' = 'f1'\n")
    set_theme(load_config(), "nord")
    config = load_config()
    assert (config.settings.theme, config.keys) == ("nord", {"app.help": "f1"})


def test_without_a_file_one_is_made_in_the_configuration_folder():
    path = set_theme(load_config(), "nord")
    assert path == Path(platformdirs.user_config_path("workbench")) / "workbench.toml"
    assert load_config().settings.theme == "nord"


def test_the_theme_that_is_in_force_is_not_written():
    assert set_theme(load_config(), "workbench") is None
    assert load_config().path is None


def test_a_file_that_is_a_link_stays_one(tmp_path):
    own = tmp_path / "dotfiles.toml"
    own.write_text("theme = 'nord'\n")
    Path("workbench.toml").symlink_to(own)
    set_theme(load_config(), "workbench")
    assert Path("workbench.toml").is_symlink()
    assert own.read_text() == 'theme = "workbench"\n'


async def test_a_theme_takes_back_nothing_that_was_switched_off_meanwhile(
    session, until, monkeypatch
):
    begun, loaded = threading.Event(), threading.Event()
    load, write = session.load, editing.set_theme

    def slow(config, name):
        begun.set()
        loaded.wait(1)  # in vain where one waits for the other
        return write(config, name)

    def tell(config):
        if begun.is_set():
            loaded.set()
        return load(config)

    monkeypatch.setattr(editing, "set_theme", slow)
    session.load = tell
    app = WorkbenchApp(session)
    async with app.run_test(size=(100, 30)) as pilot:
        await until(pilot, lambda: app.session.registry)
        await pilot.press("6")
        await until(pilot, lambda: isinstance(app.screen, PluginsScreen))
        await until(pilot, lambda: app.screen._record)
        app.theme = "nord"
        await until(pilot, begun.is_set)
        name = app.screen._record.name
        app.screen._switch(app.screen._record, is_enabled=False)
        groups = {"theme", "plugins"}
        await until(pilot, lambda: groups.isdisjoint(item.group for item in app.workers))
        settings = app.session.config.settings
        assert (settings.theme, settings.disabled_plugins[-1]) == ("nord", name)
        settings = load_config().settings
        assert (settings.theme, settings.disabled_plugins[-1]) == ("nord", name)
