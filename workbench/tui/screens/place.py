"""What every screen has: the bars around it, the number keys, and work in threads."""

from __future__ import annotations

import traceback
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, ClassVar, TypeVar, cast

from textual.app import ComposeResult
from textual.binding import Binding, BindingType
from textual.content import Content
from textual.reactive import reactive
from textual.screen import Screen
from textual.widget import Widget

from workbench.api.errors import WorkbenchError
from workbench.core.text import printable
from workbench.tui import states
from workbench.tui.painting import SparingCompositor
from workbench.tui.session import Session
from workbench.tui.widgets.device_bar import DeviceBar
from workbench.tui.widgets.key_bar import KeyBar
from workbench.tui.widgets.too_small import TooSmall, is_too_small
from workbench.tui.widgets.top_bar import TopBar

if TYPE_CHECKING:
    from workbench.api.events import Event
    from workbench.tui.app import WorkbenchApp
    from workbench.tui.run_history import RunHistory

_T = TypeVar("_T")


class PlaceScreen(Screen[None]):
    """A screen with the top bar, its own body, the devices and the keys."""

    PLACE: ClassVar[str]
    # A change of the focus paints the two widgets, not the whole screen.
    focused: reactive[Widget | None] = reactive(None, repaint=False)
    AUTO_FOCUS = ""
    HORIZONTAL_BREAKPOINTS = [  # noqa: RUF012 (Textual declares it on the instance)
        (0, "-narrow"),
        (112, "-wide"),
        (150, "-very-wide"),
    ]
    VERTICAL_BREAKPOINTS = [(0, "-low"), (32, "-high"), (44, "-tall")]  # noqa: RUF012
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("escape", "leave", "leave", show=False, id="leave", tooltip="Leave a field."),
    ]

    def __init__(self) -> None:
        super().__init__()
        self._compositor = SparingCompositor()

    def compose(self) -> ComposeResult:
        """The bars around the body."""
        yield TopBar(self.PLACE)
        yield from self.compose_body()
        yield DeviceBar()
        yield KeyBar()
        yield TooSmall()

    def compose_body(self) -> Iterable[Widget]:
        """What stands between the bars."""
        raise NotImplementedError

    @property
    def is_composed(self) -> bool:
        """Whether its widgets are there: not before it is mounted, nor while it is removed."""
        return any(isinstance(child, KeyBar) for child in self.children)

    @property
    def workbench(self) -> WorkbenchApp:
        """The application."""
        return cast("WorkbenchApp", self.app)

    @property
    def session(self) -> Session:
        """What all screens share."""
        return self.workbench.session

    def on_screen_resume(self) -> None:
        """Show what happened while another screen was up; a dialog over this one hid nothing."""
        if self.workbench.place_in_front is self:
            return
        self.workbench.place_in_front = self
        self.show_devices()
        if self.session.history is not None:
            self.run_changed(self.session.history, [])
        if self.session.registry is not None:
            self.plugins_loaded()

    def on_resize(self) -> None:
        """Say so where there is no room."""
        self.set_class(is_too_small(self.size), "-too-small")

    def show_devices(self) -> None:
        """New readings came."""
        self.query_one(DeviceBar).show(self.session.devices, self.session.place)

    def plugins_loaded(self) -> None:
        """The registry is there."""

    def run_changed(self, history: RunHistory, events: list[Event]) -> None:
        """The open run went on; without events, it is to be shown anew."""
        self.query_one(TopBar).show_run(run_in_short(history), history.overview.is_live)

    def action_leave(self) -> None:
        """Leave a field."""
        self.set_focus(None)

    def in_thread(
        self, work: Callable[[], _T], done: Callable[[_T], None], group: str = "work"
    ) -> None:
        """Do blocking work in a thread and then call ``done`` here; an error is a notice.

        ``done`` is not called once the screen is being removed: its widgets are gone.
        """

        def finish(result: _T) -> None:
            if self.is_composed:
                done(result)

        def attempt() -> None:
            try:
                result = work()
            except WorkbenchError as error:
                self.app.call_later(self.complain, str(error))
            except Exception as error:
                sentence = f"{type(error).__name__}: {error}"
                if self.session.debug:
                    sentence += f" {traceback.format_exc()}"
                self.app.call_later(self.complain, sentence)
            else:
                self.app.call_later(finish, result)

        self.app.run_worker(attempt, thread=True, group=group, exit_on_error=False)

    def open_over(
        self, dialog: Screen[_T], answered: Callable[[_T | None], None] | None = None
    ) -> None:
        """Open a dialog that was asked for a moment ago, unless the person is elsewhere by now."""
        if self.app.screen is self:
            self.app.push_screen(dialog, answered)

    def complain(self, sentence: str) -> None:
        """Show an error as a notice."""
        self.app.notify(printable(sentence), severity="error", timeout=10, markup=False)


def run_in_short(history: RunHistory) -> Content:
    """The open run in some words, for the top bar."""
    seen = history.overview
    words = f"{states.glyph(seen.state)} {printable(history.run.name)}"
    if seen.is_live and seen.epochs:
        words += f" {min(seen.epoch + 1, seen.epochs)}/{seen.epochs}"
    return Content.styled(f"{words} ", states.color(seen.state))
