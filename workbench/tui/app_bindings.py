"""The keys that hold on every screen."""

from textual.binding import Binding, BindingType

from workbench.tui.places import PLACES

APP_BINDINGS: list[BindingType] = [
    *(
        Binding(
            place.key,
            f"go('{place.name}')",
            place.title,
            show=False,
            id=f"go.{place.name}",
            tooltip=f"{place.title}: {place.purpose}",
        )
        for place in PLACES
    ),
    Binding(
        "ctrl+p",
        "command_palette",
        "palette",
        show=False,
        id="app.palette",
        tooltip="Find any action by name.",
    ),
    Binding(
        "question_mark",
        "help",
        "help",
        key_display="?",
        id="app.help",
        tooltip="The keys that hold here.",
    ),
    Binding(
        "ctrl+l",
        "redraw",
        "redraw",
        show=False,
        id="app.redraw",
        tooltip="Draw the screen anew, where something else wrote over it.",
    ),
    Binding(
        "ctrl+z",
        "suspend_process",
        "suspend",
        show=False,
        id="app.suspend",
        tooltip="Go back to the shell; `fg` comes back, and runs go on meanwhile.",
    ),
    Binding("q", "quit", "quit", id="app.quit", tooltip="Quit; a live run goes on."),
]
