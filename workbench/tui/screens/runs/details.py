"""The run under the cursor, in more words."""

from textual.content import Content
from textual.widget import Widget

from workbench.core.text import printable
from workbench.core.units import percent_text
from workbench.tui import states
from workbench.tui.run_index import RunGlance


class RunDetails(Widget):
    """A few lines: what it is, where its data came from, what it has, why it failed."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._glance: RunGlance | None = None

    def show(self, glance: RunGlance | None) -> None:
        """Show this run."""
        if glance != self._glance:
            self._glance = glance
            self.border_title = Content.styled(printable(glance.run.name), "bold") if glance else None
            self.refresh()

    def render(self) -> Content:
        """The lines."""
        if self._glance is None:
            return Content("")
        return Content("\n").join(_lines(self._glance))


def _lines(glance: RunGlance) -> list[Content]:
    seen = glance.overview
    sample = " SAMPLE" if seen.is_sample else ""
    best = "–" if seen.best_accuracy is None else percent_text(seen.best_accuracy)
    lines = [
        Content(printable(glance.title)),
        _named("data", f"{printable(seen.source) or '–'}{sample}", "device", seen.device or "–"),
        _named("best", best, "step", f"{seen.step:,}", "checkpoint", seen.checkpoint or "–"),
        _named("folder", str(glance.run.path)),
    ]
    if seen.error:
        lines.append(Content.styled(f"✗ {printable(seen.error)}", "$error"))
    elif seen.state == "interrupted":
        words = "its worker is gone: open it and press p to go on from its checkpoint"
        lines.append(Content.styled(f"{states.glyph(seen.state)} {words}", "$warning"))
    return lines


def _named(*pairs: str) -> Content:
    parts = []
    for name, value in zip(pairs[::2], pairs[1::2], strict=True):
        parts.append(Content.assemble((f"{name} ", "$muted"), printable(value)))
    return Content("   ").join(parts)
