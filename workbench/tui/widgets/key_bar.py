"""The keys that do something here, in one line."""

from collections.abc import Sequence

from textual.content import Content
from textual.screen import Screen

from workbench.tui.widgets.click_line import ClickLine, Part

_LAST = ("app.palette", "app.help", "app.quit")


class KeyBar(ClickLine):
    """The bindings of the place in their order; those that don't fit are in the help."""

    DEFAULT_CSS = """
    KeyBar { height: 1; padding: 0 1; background: $panel; color: $muted; }
    """

    def on_mount(self) -> None:
        """Follow what can be done."""
        self.screen.bindings_updated_signal.subscribe(self, self._update)

    def _update(self, screen: Screen[object]) -> None:
        if screen is self.screen:
            self.refresh()

    def parts(self, width: int) -> Sequence[Part]:
        """As many keys as fit, with the way to the rest at the end."""
        first, last = self._keys()
        room = width - sum(part.content.cell_length for part in last)
        shown = []
        for part in first:
            room -= part.content.cell_length
            if room < 0:
                break
            shown.append(part)
        return [*shown, *last]

    def _keys(self) -> tuple[list[Part], list[Part]]:
        first: dict[str, Part] = {}
        last: dict[str, Part] = {}
        for active in self.screen.active_bindings.values():
            binding = active.binding
            if not (binding.show and active.enabled):
                continue
            key = self.app.get_key_display(binding)
            content = Content.assemble((key, "bold $accent"), " ", binding.description, "  ")
            found = last if binding.id in _LAST else first
            found.setdefault(
                binding.description, Part(content, f"app.simulate_key('{binding.key}')")
            )
        return list(first.values()), list(last.values())
