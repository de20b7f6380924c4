"""The screens and their keys, and the run that is open."""

from collections.abc import Sequence

from textual.content import Content

from workbench.tui.places import PLACES, Place
from workbench.tui.widgets.click_line import ClickLine, Part

_LEAST_GAP = 1
_SHORT = {
    "checkpoints": "Ckpt",
    "predict": "Pred",
    "plugins": "Plug",
    "devices": "Dev",
}


class TopBar(ClickLine):
    """One line: where one is, where one can go, and at the right how the run is doing."""

    DEFAULT_CSS = """
    TopBar { height: 1; padding: 0 1; background: $panel; color: $muted; }
    """

    def __init__(self, place: str) -> None:
        super().__init__()
        self._place = place
        self._run = Content("")
        self._is_live = False

    def show_run(self, run: Content, is_live: bool) -> None:
        """Show this at the right where there is room; a live run makes room for itself."""
        self._is_live = is_live
        if not run.is_same(self._run):
            self._run = run
            self.refresh()

    def parts(self, width: int) -> Sequence[Part]:
        """The name, the screens and the run: the longest of these ways that there is room for."""
        shown = [place for place in PLACES if place.in_bar or self._is_here(place)]
        every = [self._tab(place, place.title) for place in PLACES]
        full = [self._tab(place, place.title) for place in shown]
        short = [self._tab(place, _SHORT.get(place.name, place.title)) for place in shown]
        keys = [self._tab(place, place.title if self._is_here(place) else "") for place in shown]
        name, sign = Part(_name("◆ workbench  ")), Part(_name("◆ "))
        ways = [[name, *every], [name, *full], [sign, *full]] if self._run else []
        if self._is_live:
            ways += [[sign, *short], short]
        for way in ways:
            room = width - _width(way) - self._run.cell_length
            if room >= _LEAST_GAP:
                return [*way, Part(Content(" " * room) + self._run)]
        rest = [[name, *every], [name, *full], [sign, *full], full, short]
        return next((way for way in rest if _width(way) <= width), keys)

    def _is_here(self, place: Place) -> bool:
        return place.name == self._place

    def _tab(self, place: Place, title: str) -> Part:
        is_here = self._is_here(place)
        look = "bold $foreground on $background" if is_here else "$muted"
        key = Content.styled(f" {place.key} ", "bold $accent" if is_here else "$muted")
        tab = (key + (f"{title} " if title else "")).stylize_before(look)
        return Part(tab, f"app.go('{place.name}')")


def _name(text: str) -> Content:
    return Content.styled(text, "bold $accent")


def _width(parts: Sequence[Part]) -> int:
    return sum(part.content.cell_length for part in parts)
