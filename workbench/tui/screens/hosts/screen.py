"""The Hosts screen: several machines with their devices and live runs; Enter opens one's runs."""

from collections.abc import Iterable
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.core.hosts.glancing import Glancer
from workbench.core.hosts.messages import Readings
from workbench.core.hosts.opening import HostPlace
from workbench.core.hosts.ssh import Host
from workbench.core.text import printable
from workbench.tui.command_line import copy_command
from workbench.tui.screens.hosts.rows import COLUMNS, host_lines, host_row
from workbench.tui.screens.hosts.watching import HERE, HostGlance, HostWatch
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.widgets.row_list import RowList

_REFRESH_S = 1.0
_HINT = 'hosts = ["user@box"] in workbench.toml adds machines'


class HostsScreen(PlaceScreen):
    """The machines above, and what there is to say of the one under the cursor below."""

    PLACE = "hosts"
    CSS_PATH = "hosts.tcss"
    AUTO_FOCUS = "#hosts OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("y", "copy", "copy", id="hosts.copy", tooltip="Copy the command."),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._watch: HostWatch | None = None
        self._glancer: Glancer | None = None
        self._here: Readings | None = None
        self._is_reading = False
        self._opening = ""

    def compose_body(self) -> Iterable[Widget]:
        """The rows, and the lines below."""
        with Vertical(id="hosts-panel", classes="panel") as hosts:
            hosts.border_title = Content.styled("Hosts", "bold")
            yield RowList(COLUMNS, "", id="hosts")
        with VerticalScroll(id="host-panel", classes="panel", can_focus=False):
            yield Static(id="host-lines", markup=False)

    def on_mount(self) -> None:
        """Look at the machines each second."""
        self._glancer = Glancer(self.session.own_runs_dir)
        hint = "enter opens its runs" if self.session.config.settings.hosts else _HINT
        self.query_one("#hosts-panel").border_subtitle = Content.styled(hint, "$muted")
        self.set_interval(_REFRESH_S, self._tick)

    def on_screen_resume(self) -> None:
        """Connect, while the screen is in front."""
        super().on_screen_resume()
        settings, place = self.session.config.settings, self.session.place
        names = dict.fromkeys((*settings.hosts, *([place.name] if place else ())))
        if self._watch is None:
            self._watch = HostWatch(tuple(names), settings.host_command)
            self._watch.start()
        self._tick()

    def on_screen_suspend(self) -> None:
        """Nothing is asked of the machines while another screen is in front."""
        if self._watch is not None:
            self._watch.stop()
            self._watch = None

    def on_unmount(self) -> None:
        """Likewise at the end."""
        self.on_screen_suspend()

    def _tick(self) -> None:
        if not (self.is_current and self.is_composed):
            return
        glancer = self._glancer
        if glancer is not None and not self._is_reading:
            self._is_reading = True
            self.in_thread(lambda: glancer.read(with_runs=True), self._take_here, "hosts")
        self._show()

    def _take_here(self, readings: Readings) -> None:
        self._is_reading, self._here = False, readings
        self._show()

    def complain(self, sentence: str) -> None:
        """Show an error, and read again later."""
        self._is_reading, self._opening = False, ""
        super().complain(sentence)

    def _glances(self) -> list[HostGlance]:
        here = HostGlance(HERE, "connected" if self._here else "connecting", self._here)
        return [here, *(self._watch.glances() if self._watch is not None else ())]

    @property
    def _open_name(self) -> str:
        """The machine whose runs the screens show."""
        return self.session.place.name if self.session.place is not None else HERE

    def _show(self) -> None:
        rows = [host_row(item, is_open=item.name == self._open_name) for item in self._glances()]
        self.query_one("#hosts", RowList).show(rows)
        self._show_lines()

    @on(RowList.Moved, "#hosts")
    def _show_lines(self) -> None:
        """Say what is known of the machine under the cursor."""
        key = self.query_one("#hosts", RowList).key
        glance = next((item for item in self._glances() if item.name == key), None)
        if glance is None:
            return
        panel = self.query_one("#host-panel")
        name = "This machine" if glance.name == HERE else printable(glance.name)
        panel.border_title = Content.styled(name, "bold")
        panel.set_class(glance.state == "lost", "-lost")
        lines = host_lines(glance)
        if self._opening == glance.name and self._opening:
            lines = Content.styled("opening its runs …\n", "$warning") + lines
        self.query_one("#host-lines", Static).update(lines)

    @on(RowList.Chosen, "#hosts")
    def _open(self) -> None:
        """Show the runs of the machine under the cursor on all screens."""
        name = self.query_one("#hosts", RowList).key
        if name is None or self._opening:
            return
        if name == self._open_name:
            self.workbench.action_go("runs")
        elif name == HERE:
            self.app.exit(HERE)
        else:
            self._opening = name
            self._show_lines()
            host = Host(name, self.session.config.settings.host_command)
            self.in_thread(lambda: HostPlace(host), self.app.exit, "opening")

    def action_copy(self) -> None:
        """Copy the command that opens the machine's runs."""
        name = self.query_one("#hosts", RowList).key
        copy_command(self.app, f"workbench --host {name}" if name else "workbench")
