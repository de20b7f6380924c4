"""The command that does in a shell what a key does here, and copying it."""

from textual.app import App
from textual.content import Content

from workbench.core.text import printable


def shown_command(command: str) -> Content:
    """A command as a line to read."""
    return Content.assemble(("$ ", "$muted"), (printable(command), "$secondary"))


def copy_command(app: App[object], command: str) -> None:
    """Hand a command to the terminal's clipboard (OSC 52), and say so."""
    app.copy_to_clipboard(command)
    app.notify(printable(command), title="Copied", timeout=3, markup=False)
