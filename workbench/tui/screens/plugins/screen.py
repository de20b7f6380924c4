"""The Plugins screen: each plugin, and what it offers or why it is broken."""

from collections.abc import Iterable

from textual import on
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.core.plugins import PluginRecord
from workbench.core.text import printable
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.plugins.details import describe
from workbench.tui.widgets.row_list import Column, Row, RowList

_COLUMNS = (
    Column("plugin", 0),
    Column("state", 10),
    Column("load", 8, "right", rank=2),
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
    AUTO_FOCUS = "OptionList"

    def compose_body(self) -> Iterable[Widget]:
        """The table and the details."""
        with Horizontal():
            with Vertical(classes="panel", id="plugins-panel") as panel:
                panel.border_title = Content.styled("Plugins", "bold")
                yield RowList(_COLUMNS, "No plugin is installed.", id="plugins")
            with VerticalScroll(classes="panel", id="plugin-panel"):
                yield Static(id="plugin", markup=False)

    def plugins_loaded(self) -> None:
        """Show them."""
        self.query_one("#plugins", RowList).show(
            [_row(str(index), record) for index, record in enumerate(self._records())]
        )
        self._show_details()

    def _records(self) -> tuple[PluginRecord, ...]:
        registry = self.session.registry
        return registry.plugins if registry is not None else ()

    @on(RowList.Moved, "#plugins")
    def _show_details(self) -> None:
        key = self.query_one("#plugins", RowList).key
        for index, record in enumerate(self._records()):
            if str(index) == key:
                panel = self.query_one("#plugin-panel")
                panel.border_title = Content.styled(printable(record.name), "bold")
                panel.scroll_home(animate=False)
                self.query_one("#plugin", Static).update(describe(record))

    @on(RowList.Chosen, "#plugins")
    def _read_on(self) -> None:
        self.query_one("#plugin-panel").focus()


def _row(key: str, record: PluginRecord) -> Row:
    sign, color = _LOOKS[record.state]
    state = "no trust" if record.state == "not trusted" else record.state  # the column is narrow
    load = f"{1000 * record.load_time_s:.0f} ms" if record.state in ("loaded", "broken") else "–"
    return Row(
        key,
        (
            Content.styled(printable(record.name), "bold"),
            Content.styled(f"{sign} {state}", color),
            load,
            str(len(record.contributions)),
        ),
    )
