"""The command that does in a shell what a key does here, and copying it."""

from textual.app import App
from textual.content import Content

from workbench.core.text import printable

_SHOWN = 600


def shown_command(command: str) -> Content:
    """A command as a line to read, the end of a very long one left out."""
    shown = command if len(command) <= _SHOWN else f"{command[:_SHOWN]} …"
    return Content.assemble(("$ ", "$muted"), (printable(shown), "$secondary"))


def copy_command(app: App[object], command: str) -> None:
    """Hand a command to the terminal's clipboard (OSC 52), and say so."""
    app.copy_to_clipboard(command)
    app.notify(printable(command), title="Copied", timeout=3, markup=False)
