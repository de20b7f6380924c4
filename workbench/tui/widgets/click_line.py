"""One line of parts that can be clicked."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual import events
from textual.content import Content
from textual.widget import Widget


@dataclass(frozen=True)
class Part:
    """A piece of the line, and the action that a click on it runs."""

    content: Content
    action: str = ""


class ClickLine(Widget):
    """Subclasses say what the parts are each time the line is drawn."""

    def __init__(self) -> None:
        super().__init__()
        self._drawn: Sequence[Part] = ()

    def parts(self, width: int) -> Sequence[Part]:
        """What to draw in so many cells."""
        raise NotImplementedError

    def render(self) -> Content:
        """The parts beside each other."""
        self._drawn = self.parts(self.content_size.width)
        return Content("").join(part.content for part in self._drawn)

    async def on_click(self, event: events.Click) -> None:
        """Run the action of the part under the pointer."""
        x = event.x - self.styles.padding.left
        for part in self._drawn:
            if 0 <= x < part.content.cell_length and part.action:
                await self.app.run_action(part.action)
            x -= part.content.cell_length
