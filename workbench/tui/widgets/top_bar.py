"""The screens and their keys, and the run that is open."""

from collections.abc import Sequence

from textual.content import Content

from workbench.tui.places import PLACES, Place
from workbench.tui.widgets.click_line import ClickLine, Part


class TopBar(ClickLine):
    """One line: where one is, where one can go, and at the right how the run is doing."""

    DEFAULT_CSS = """
    TopBar { height: 1; padding: 0 1; background: $panel; color: $muted; }
    """

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place
        self._run = Content("")

    def show_run(self, run: Content) -> None:
        """Show this at the right where there is room."""
        if not run.is_same(self._run):
            self._run = run
            self.refresh()

    def parts(self, width: int) -> Sequence[Part]:
        """The name, the screens and the run, as far as there is room."""
        tabs = [self._tab(place) for place in PLACES]
        used = sum(part.content.cell_length for part in tabs)
        name = Content.styled("◆ workbench  ", "bold $accent")
        if width < used + name.cell_length:
            name = Content.styled("◆ ", "bold $accent")
        room = width - used - name.cell_length - self._run.cell_length
        parts = [Part(name), *tabs]
        return [*parts, Part(Content(" " * room) + self._run)] if room >= 2 else parts

    def _tab(self, place: Place) -> Part:
        is_here = place.name == self._place
        look = "bold $foreground on $background" if is_here else "$muted"
        key = Content.styled(f" {place.key}", "bold $accent" if is_here else "$muted")
        tab = (key + f" {place.title} ").stylize_before(look)
        return Part(tab, f"app.go('{place.name}')")
