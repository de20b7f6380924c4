"""The command that does in a shell what a key does here, and copying it."""

import re
import shlex

from textual.app import App
from textual.content import Content

from workbench.core.text import printable

_SHOWN = 600


def shown_command(command: str) -> Content:
    """A command as a line to read, the end of a very long one left out."""
    command = at_its_place(command)
    shown = command if len(command) <= _SHOWN else f"{command[:_SHOWN]} …"
    return Content.assemble(("$ ", "$muted"), (printable(shown), "$secondary"))


def copy_command(app: App[object], command: str) -> None:
    """Hand a command to the terminal's clipboard (OSC 52), and say so."""
    command = at_its_place(command)
    app.copy_to_clipboard(command)
    app.notify(printable(command), title="Copied", timeout=3, markup=False)


def at_its_place(command: str) -> str:
    """The command as it is here, where the runs are those of another machine."""
    from workbench.core.hosts.calls import current_place  # not for the first paint

    place = current_place()
    if place is None:
        return command
    words = f"workbench --host {shlex.quote(place.name)} "
    return re.sub(r"(^|&& )workbench(?! --host) ?", lambda found: found[1] + words, command)
