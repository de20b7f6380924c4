"""The Plugins screen: each plugin, what it offers or why it is broken, and whether it is loaded."""

import shlex
from collections.abc import Iterable, Sequence
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import OptionList, Static

from workbench.core.plugins import PluginRecord, Registry
from workbench.core.text import printable
from workbench.core.units import load_time_text
from workbench.tui.command_line import copy_command, shown_command
from workbench.tui.screens.filter_line import FilterField, FilterLine, has_words
from workbench.tui.screens.menu import MenuItem, MenuScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.plugins.details import describe
from workbench.tui.widgets.row_list import Column, Row, RowList

_COLUMNS = (
    Column("plugin", 0),
    Column("state", 10),
    Column("load", 7, "right", rank=2),
    Column("offers", 6, "right", rank=1),
)
_LOOKS = {
    "loaded": ("✓", "$success"),
    "broken": ("✗", "$error"),
    "disabled": ("·", "$muted"),
    "not trusted": ("!", "$warning"),
}


class PluginsScreen(PlaceScreen):
    """A table, and beside it the plugin under the cursor."""

    PLACE = "plugins"
    CSS_PATH = "plugins.tcss"
    AUTO_FOCUS = "#plugins OptionList"
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (Textual declares it on the instance)
        (0, "-tiny"),
        (72, "-narrow"),
        (112, "-wide"),
    ]
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("e", "enable", "enable", id="plugins.enable", tooltip="Load it again."),
        Binding("d", "disable", "disable", id="plugins.disable",
                tooltip="Load it no more; workbench.toml keeps that."),
        Binding("slash", "filter", "filter", key_display="/", id="plugins.filter",
                tooltip="Show only the plugins that have what you type, in their options too."),
        Binding("m", "menu", "menu", id="plugins.menu", tooltip="All actions with their commands."),
        Binding("y", "copy", "copy", id="plugins.copy", tooltip="Copy the command that is shown."),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._words: list[str] = []

    def compose_body(self) -> Iterable[Widget]:
        """The table and the details."""
        with Horizontal():
            with Vertical(classes="panel", id="plugins-panel") as panel:
                panel.border_title = Content.styled("Plugins", "bold")
                yield RowList(_COLUMNS, "No plugin has these words.", id="plugins")
                yield FilterLine(id="plugins-filter")
            with VerticalScroll(classes="panel", id="plugin-panel"):
                yield Static(id="plugin", markup=False)

    def plugins_loaded(self) -> None:
        """Show them."""
        self._show()

    def _show(self) -> None:
        found = [record for record in self._records() if matches(record, self._words)]
        self.query_one("#plugins", RowList).show([_row(record) for record in found])
        count = f"{len(found)}/{len(self._records())}" if self._words else str(len(found))
        self.query_one("#plugins-panel").border_title = Content.assemble(
            ("Plugins", "bold"), (f"  {count}", "$muted")
        )
        self._show_details()

    def _records(self) -> tuple[PluginRecord, ...]:
        registry = self.session.registry
        return registry.plugins if registry is not None else ()

    @property
    def _record(self) -> PluginRecord | None:
        """The plugin under the cursor."""
        key = self.query_one("#plugins", RowList).key
        return next((record for record in self._records() if _key(record) == key), None)

    @on(RowList.Moved, "#plugins")
    def _show_details(self) -> None:
        record, panel = self._record, self.query_one("#plugin-panel")
        self.refresh_bindings()
        panel.border_title = Content.styled(printable(record.name) if record else "", "bold")
        panel.border_subtitle = shown_command(self._command("show")) if record else Content("")
        panel.scroll_home(animate=False)
        self.query_one("#plugin", Static).update(describe(record) if record else Content(""))

    @on(RowList.Chosen, "#plugins")
    def _read_on(self) -> None:
        self.query_one("#plugin-panel").focus()

    def action_leave(self) -> None:
        """Show all again, and go back to the table."""
        self.query_one(FilterLine).close()
        self.query_one("#plugins OptionList").focus()

    def action_filter(self) -> None:
        """Begin to type what the plugins must have."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Typed)
    def _filter(self, event: FilterLine.Typed) -> None:
        self._words = event.words.lower().split()
        self._show()

    @on(FilterField.Left)
    def _leave_filter(self) -> None:
        self.query_one("#plugins", RowList).query_one(OptionList).focus()

    def check_action(self, action: str, parameters: tuple[object, ...]) -> bool | None:
        """Offer what can be done to the plugin under the cursor."""
        if action in ("enable", "disable"):
            record = self._record if self.is_composed else None
            return record is not None and (record.state == "disabled") == (action == "enable")
        return True

    def _command(self, word: str) -> str:
        record = self._record
        return shlex.join(("workbench", "plugins", word, record.name if record else "NAME"))

    def action_copy(self) -> None:
        """Copy the command that shows the plugin in a shell."""
        copy_command(self.app, self._command("show"))

    def action_menu(self) -> None:
        """Show all that can be done to the plugin."""
        record = self._record
        if record is None:
            return
        switch, key = ("enable", "e") if record.state == "disabled" else ("disable", "d")
        items = [
            MenuItem(switch, key, switch, self._command(switch)),
            MenuItem("copy", "y", "show", self._command("show")),
        ]

        def chosen(action: str | None) -> None:
            if action == switch:
                self._switch(record, is_enabled=switch == "enable")
            elif action == "copy":
                self.action_copy()

        self.app.push_screen(MenuScreen(record.name, items), chosen)

    def action_enable(self) -> None:
        """Load the plugin again."""
        if self._record is not None:
            self._switch(self._record, is_enabled=True)

    def action_disable(self) -> None:
        """Load the plugin no more."""
        if self._record is not None:
            self._switch(self._record, is_enabled=False)

    def _switch(self, record: PluginRecord, *, is_enabled: bool) -> None:
        session, name = self.session, record.name

        def work() -> tuple[Path | None, Registry]:
            from workbench.core.config.editing import set_plugin_enabled

            with session.changing:
                config = session.config
                path = set_plugin_enabled(config, name, is_enabled)
                others = [other for other in config.settings.disabled_plugins if other != name]
                names = tuple(others if is_enabled else [*others, name])
                settings = replace(config.settings, disabled_plugins=names)
                session.config = replace(config, settings=settings, path=path or config.path)
                return path, session.load(session.config)

        def done(result: tuple[Path | None, Registry]) -> None:
            path, registry = result
            self.workbench.take_registry(registry)
            word = "enabled" if is_enabled else "disabled"
            where = f" in {path}" if path else ""
            words = f"{name} is {word}{where}. Runs that are live go on as they are."
            self.app.notify(printable(words), markup=False)

        self.in_thread(work, done, "plugins")


def matches(record: PluginRecord, words: Sequence[str]) -> bool:
    """Whether each word is in what the screen says of a plugin, or of what it offers."""
    return has_words(f"{record.name} {record.state} {describe(record).plain}", words)


def _key(record: PluginRecord) -> str:
    return f"{record.name} {record.origin}"


def _row(record: PluginRecord) -> Row:
    sign, color = _LOOKS[record.state]
    state = "no trust" if record.state == "not trusted" else record.state  # the column is narrow
    load = load_time_text(record.load_time_s) if record.state in ("loaded", "broken") else "–"
    return Row(
        _key(record),
        (
            Content.styled(printable(record.name), "bold"),
            Content.styled(f"{sign} {state}", color),
            load,
            str(len(record.contributions)),
        ),
    )
