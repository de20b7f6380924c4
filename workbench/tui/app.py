"""The application: its screens, keys and theme."""

from __future__ import annotations

import os
import threading
import time
from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING, ClassVar, cast

from rich.console import RenderableType
from textual._compositor import ChopsUpdate, LayoutUpdate
from textual.app import App, SystemCommand
from textual.binding import Binding
from textual.driver import Driver
from textual.events import Event as TextualEvent
from textual.events import InputEvent
from textual.filter import LineFilter
from textual.screen import Screen
from textual.theme import Theme
from textual.worker import Worker, WorkerState

from workbench.core.text import printable
from workbench.tui import run_control
from workbench.tui.app_bindings import APP_BINDINGS
from workbench.tui.following import DevicesRead, RunMoved, RunRead, follow_run, watch_devices
from workbench.tui.garbage import Garbage
from workbench.tui.gathering import Gathering
from workbench.tui.glyphs import AsciiGlyphs, glyph_level, key_words
from workbench.tui.places import PLACES
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.session import Session, session_for
from workbench.tui.shown import Difference, Shown
from workbench.tui.textual_fixes import mend_textual
from workbench.tui.theme import MONO, SIXTEEN, THEMES, WORKBENCH, derived_colors

if TYPE_CHECKING:
    from workbench.api.events import Event
    from workbench.core.config import Config
    from workbench.core.plugins import Registry
    from workbench.core.runs import RunFolder
    from workbench.tui.graphics.kitty import Graphics
    from workbench.tui.run_history import RunHistory

_FOLDER = Path(__file__).parent


class WorkbenchApp(App[object]):
    """Holds the session and tells the screen in front what changed.

    It ends with the machine whose runs to show next, an empty text for this one, or ``None``.
    """

    TITLE = "workbench"
    # The stylesheet of the first screen is here, and that screen is the default one and no mode
    # until it is painted: Textual parses everything anew for each stylesheet and mode that comes.
    CSS_PATH: ClassVar = [_FOLDER / "app.tcss", _FOLDER / "screens/train/train.tcss"]
    DEFAULT_MODE = PLACES[0].name
    MODES = {place.name: place.open for place in PLACES[1:]}  # noqa: RUF012 (Textual declares it)
    BINDINGS = APP_BINDINGS

    def __init__(self, session: Session) -> None:
        has_no_color = "NO_COLOR" in os.environ
        # So that Textual leaves colours away instead of showing them as shades of grey.
        super().__init__(ansi_color=True if has_no_color else None)
        mend_textual()
        self.session = session
        self.place_in_front: PlaceScreen | None = None
        self._gathering = Gathering()
        self._told_since = 0.0
        self._was_alive = False
        self._shown = Shown()
        self._garbage = Garbage()
        self._is_left = threading.Event()
        self.glyphs = glyph_level()
        self.graphics: Graphics | None = None
        self._ascii = AsciiGlyphs(enabled=self.glyphs == "ascii")
        for theme in THEMES:
            self.register_theme(theme)
        name = MONO.name if has_no_color else session.config.settings.theme
        if name == WORKBENCH.name and self.console.color_system == "standard":
            name = SIXTEEN.name
        known = name in self.available_themes
        # The stylesheets are yet to be read: there is nothing to refresh, they need its colours.
        self.set_reactive(WorkbenchApp.theme, name if known else WORKBENCH.name)
        self.stylesheet.set_variables(self.get_css_variables())
        self._refresh_truecolor_filter(self.ansi_theme)
        is_dark = self.current_theme.dark
        self.set_class(is_dark, "-dark-mode").set_class(not is_dark, "-light-mode")
        self.set_class(self.theme == MONO.name, "-mono")

    def get_theme_variable_defaults(self) -> dict[str, str]:
        """Colours that the stylesheets use and no theme has."""
        return derived_colors(self.current_theme)

    def get_driver_class(self) -> type[Driver]:
        """Textual's own; on a terminal of one's own one that asks whether it shows images."""
        driver = super().get_driver_class()
        if driver.__name__ != "LinuxDriver" or {"TMUX", "STY", "NO_COLOR"} & set(os.environ):
            return driver
        from workbench.tui.graphics.asking import AskingDriver

        return AskingDriver

    def terminal_answered(self, name: str, write: Callable[[str], None]) -> None:
        """The terminal said what it is; called in the thread that reads from it."""
        from workbench.tui.graphics.asking import shows_placeholders

        is_wanted = self.session.config.settings.graphics == "auto"
        if is_wanted and self.console.color_system == "truecolor" and shows_placeholders(name):
            self.call_later(self._draw_pixels, write)

    def _draw_pixels(self, write: Callable[[str], None]) -> None:
        from workbench.tui.graphics.kitty import Graphics

        self.graphics = Graphics(write, os.getpid() << 8)
        for screen in self.screen_stack:
            for widget in screen.query("LargePicture, PictureGrid, SampleGrid"):
                widget.notify_style_update()
                widget.refresh()

    def terminal_left(self) -> None:
        """The terminal is given back."""
        if self.graphics is not None:
            self.graphics.forget()
            self.graphics = None

    def get_line_filters(self) -> Sequence[LineFilter]:
        """Textual's own, then the one that leaves only ASCII where the terminal has no more."""
        filters = super().get_line_filters()
        return (*filters, self._ascii) if self._ascii.enabled else filters

    def get_key_display(self, binding: Binding) -> str:
        """A key as a person knows it."""
        shown = super().get_key_display(binding)
        return key_words(shown) if self._ascii.enabled else shown

    def on_resize(self) -> None:
        """The terminal arranges what it shows anew."""
        self._shown.forget()

    def _display(self, screen: Screen[object], renderable: RenderableType | None) -> None:
        """Send only what the terminal does not show yet; Textual has no public place for it."""
        if isinstance(renderable, LayoutUpdate | ChopsUpdate):
            renderable = cast("RenderableType", Difference(self._shown, renderable))
        super()._display(screen, renderable)

    def get_default_screen(self) -> Screen[None]:
        """The screen that one lands on."""
        return PLACES[0].open()

    def on_load(self) -> None:
        """Be quick until the first paint."""
        self._garbage.hold()

    def on_mount(self) -> None:
        """Begin to read once the first screen is painted."""
        self.add_mode(PLACES[0].name, PLACES[0].open)
        self.set_keymap(dict(self.session.config.keys))
        self.call_after_refresh(self._begin)

    def on_unmount(self) -> None:
        """Leave the process as it was, and no thread behind."""
        self._is_left.set()
        self._garbage.end()

    def _begin(self) -> None:
        self._garbage.begin()
        if not self.is_running:  # left before anything was seen
            return
        session = self.session
        self.theme_changed_signal.subscribe(self, self._remember_theme)
        self.app_resume_signal.subscribe(self, lambda _: self.action_redraw())
        config = session.config
        if count := len(config.untrusted_plugins) + len(config.untrusted_followers):
            self.notify(
                f"{count} plugin{'s' if count > 1 else ''} of this folder not loaded; "
                "`workbench trust` lets them run.",
                severity="warning",
                markup=False,
            )
        for place in self._front():
            place.in_thread(lambda: session.load(session.config), self.take_registry, "plugins")
            place.in_thread(lambda: run_control.newest_run(session), self._take_newest, "runs")
        self.run_worker(
            lambda: watch_devices(self, session.read_devices, self._is_left),
            thread=True,
            group="devices",
            exit_on_error=False,
        )

    def _remember_theme(self, theme: Theme) -> None:
        """Write the chosen theme into the person's configuration."""
        self.set_class(theme.name == MONO.name, "-mono")
        session = self.session

        def write() -> None:
            from workbench.core.config.editing import set_theme

            with session.changing:
                config, name = session.config, self.theme  # it may be another one by now
                path = set_theme(config, name)
                if path is not None:
                    settings = replace(config.settings, theme=name)
                    session.config = replace(config, settings=settings, path=path)

        for place in self._front():
            place.in_thread(write, lambda _: None, "theme")

    def _front(self) -> Iterator[PlaceScreen]:
        """The screen in front, below what may lie over it; none while the application ends."""
        places = [screen for screen in self.screen_stack if isinstance(screen, PlaceScreen)]
        yield from (place for place in places[:1] if place.is_composed)

    def take_registry(self, registry: Registry) -> None:
        """Use these plugins from now on."""
        self.session.registry = registry
        for place in self._front():
            place.plugins_loaded()

    def _take_newest(self, run: RunFolder | None) -> None:
        if run is not None and self.session.history is None:
            self.open_run(run)

    def open_run(self, run: RunFolder, *, is_new: bool = False) -> None:
        """Follow this run from now on."""
        from workbench.tui.run_history import RunHistory  # the first paint needs no runs

        history = RunHistory(run)
        self.session.history = history
        self._told_since = self.session.now()
        self._was_alive = False
        gathering = self._gathering = Gathering()
        if is_new:
            history.launched()
        self.run_worker(
            lambda: follow_run(self, run, self.session.starting, gathering),
            thread=True,
            group="follow",
            exclusive=True,
            exit_on_error=False,
        )
        for place in self._front():
            place.run_changed(history, [])

    def on_run_read(self, message: RunRead) -> None:
        """Take in what the open run wrote."""
        history = self.session.history
        if history is None or message.run != history.run:
            return
        if message.past is not None:
            history.adopt(message.past)
        else:
            history.apply(message.events)
        is_settled = message.is_alive is not None and history.settle(message.is_alive)
        waits_otherwise = message.waiting not in (None, history.waiting)
        history.waiting = history.waiting if message.waiting is None else message.waiting
        self._was_alive = self._was_alive or bool(message.is_alive)
        self._tell(history, message.events, is_settled and self._was_alive)
        is_anew = message.past is not None
        if message.events or is_settled or waits_otherwise or is_anew:
            self._show(history, [] if is_anew else message.events)

    def on_run_moved(self, message: RunMoved) -> None:
        """Say that the open run is gone, or follow it to where it is."""
        history = self.session.history
        if history is None or message.run != history.run:
            return
        if message.now is None:
            history.lost()
            self._show(history, [])
            return
        if message.now != history.run:
            sentence = f"{history.run.name} is {message.now.name} now."
            self.notify(printable(sentence), timeout=5, markup=False)
        self.open_run(message.now)

    def _show(self, history: RunHistory, events: list[Event]) -> None:
        began = time.thread_time()
        for place in self._front():
            place.run_changed(history, events)
        gathering = self._gathering
        self.call_after_refresh(lambda: gathering.drawn(time.thread_time() - began))

    def _tell(self, history: RunHistory, events: list[Event], is_settled: bool) -> None:
        """Ring and show a notice of the desktop if the run has just ended by itself."""
        from workbench.tui.attention import sequences, worth_telling

        name = history.run.name
        sentence = worth_telling(name, events, self._told_since)
        if is_settled and history.overview.state == "interrupted":
            sentence = f"{name} was interrupted."
        if sentence and self._driver is not None:
            self._driver.write(sequences(sentence, self.session.config.settings.notify))
            self._driver.flush()

    def on_devices_read(self, message: DevicesRead) -> None:
        """Keep the reading and show it."""
        readings = self.session.devices
        if not readings or readings[-1] is not message.snapshot:  # a lost line brings no new one
            readings.append(message.snapshot)
        self._gathering.is_crowded = message.snapshot.cpu.is_crowded
        for worker in self.session.workers:
            worker.poll()  # one that has ended is no zombie until the next run is started
        for place in self._front():
            place.show_devices()
        self._garbage.tidy()

    async def on_event(self, event: TextualEvent) -> None:
        """A key or the mouse comes by here first."""
        if isinstance(event, InputEvent):
            self._garbage.touched()
            self._gathering.touched()
        await super().on_event(event)

    def on_worker_state_changed(self, event: Worker.StateChanged) -> None:
        """A thread that ended with an error is a notice, never the end."""
        if event.state is WorkerState.ERROR:
            for place in self._front():
                place.complain(f"{type(event.worker.error).__name__}: {event.worker.error}")

    def get_system_commands(self, screen: Screen[object]) -> Iterable[SystemCommand]:
        """Every action of the place, every screen and the themes, for the palette."""
        from workbench.tui.keys import explanation

        for active in screen.active_bindings.values():
            binding = active.binding
            if active.enabled and binding.id and binding.action != "command_palette":
                run = partial(self.run_action, binding.action, active.node)
                name = f"{binding.description.capitalize()}  ({self.get_key_display(binding)})"
                yield SystemCommand(name, explanation(binding), run)
        yield SystemCommand("Theme", "Choose the colours.", self.search_themes)

    def action_help(self) -> None:
        """Show the keys that hold here."""
        from workbench.tui.screens.help import HelpScreen

        title = next(place.title for place in PLACES if place.name == self.current_mode)
        self.push_screen(HelpScreen(title, self.screen.active_bindings.values()))

    def action_redraw(self) -> None:
        """Send the whole screen again."""
        self._shown.forget()
        self.refresh(layout=True)

    def action_suspend_process(self) -> None:
        """Go back to the shell, which brings the workbench back with ``fg``."""
        from workbench.tui.job_control import go_to_shell

        go_to_shell(self)

    def action_go(self, place: str) -> None:
        """Show another screen."""
        if place != self.current_mode:
            self.switch_mode(place)

    async def action_quit(self) -> None:
        """Leave; a live run goes on."""
        history = self.session.history
        message = None
        if history is not None and history.overview.is_live:
            message = f"{history.run.name} goes on; `workbench` comes back to it."
        self.exit(message=message)


def run_app(config: Config, debug: bool = False, host: str = "") -> None:
    """Run the terminal interface until the person quits; ``host`` is where the runs are.

    Raises :class:`WorkbenchError` for a host that can't be reached.
    """
    wanted: object = host
    while wanted is not None:
        wanted = _run_there(config, debug, wanted)


def _run_there(config: Config, debug: bool, wanted: object) -> object:
    """Run it with the runs of a machine, given by name or reached already; what is wanted next."""
    if not wanted:
        return _run(Session(config, debug, keeps_spare=True))
    from workbench.core.hosts.opening import HostPlace
    from workbench.core.hosts.ssh import Host

    if not isinstance(wanted, HostPlace):
        wanted = HostPlace(Host(str(wanted), config.settings.host_command))
    try:
        return _run(session_for(config, debug, wanted))
    finally:
        wanted.close()


def _run(session: Session) -> object:
    try:
        return WorkbenchApp(session).run()
    finally:
        if session.spare is not None:
            session.spare.drop()
