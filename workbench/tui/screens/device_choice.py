"""Asking which device a run goes on with where the one of its plan is missing."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING

from workbench.core.runs import RunFolder
from workbench.core.text import printable
from workbench.tui import run_control
from workbench.tui.screens.menu import MenuItem, MenuScreen

if TYPE_CHECKING:
    from workbench.tui.run_history import RunHistory
    from workbench.tui.screens.place import PlaceScreen

Launch = Callable[[str | None], None]
_AS_PLANNED = "as planned"


def with_a_device(
    screen: PlaceScreen, runs: Sequence[RunFolder], command: str, launch: Launch
) -> None:
    """Launch the runs, in a moment: with their devices (``None``), or one that is picked first.

    ``command`` launches one of them in a shell.
    """
    session = screen.session

    def look() -> list[str]:
        return sorted({run_control.missing_device(session, run) for run in runs} - {""})

    def ask(missing: list[str]) -> None:
        if not missing:
            launch(None)
            return
        names = [*run_control.devices_there(session), _AS_PLANNED]
        items = [MenuItem(name, "", name, _with(command, name)) for name in names]
        title = f"No {printable(missing[0])} here, and another device gives other numbers"
        screen.open_over(MenuScreen(title, items), picked)

    def picked(device: str | None) -> None:
        if device is not None:
            launch(None if device == _AS_PLANNED else device)

    screen.in_thread(look, ask)


def start_worker(screen: PlaceScreen, history: RunHistory, epochs: int | None) -> None:
    """Let a run without a worker go on, until it has so many ``epochs`` if a number is given."""
    session, run = screen.session, history.run

    def launch(device: str | None) -> None:
        if history.overview.is_live:
            return  # a key that was pressed twice
        history.launched()
        if history is session.history:  # and not another one meanwhile
            screen.run_changed(history, [])
        screen.in_thread(lambda: start(device), lambda _: None)

    def start(device: str | None) -> None:
        if epochs is None:
            run_control.launch(session, run, device)
        else:
            run_control.extend(session, run, epochs, device)

    words = ["workbench", "resume", run.name]
    command = shlex.join(words if epochs is None else [*words, "--epochs", str(epochs)])
    with_a_device(screen, [run], command, launch)


def _with(command: str, device: str) -> str:
    return command if device == _AS_PLANNED else f"{command} --device {shlex.quote(device)}"
