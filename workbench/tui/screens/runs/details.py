"""The run under the cursor, in more words."""

from collections.abc import Sequence

from textual.content import Content
from textual.widget import Widget

from workbench.core.hosts.calls import path_there
from workbench.core.text import printable
from workbench.core.units import bytes_text, duration_text, score_text
from workbench.tui import states
from workbench.tui.command_line import shown_command
from workbench.tui.screens.runs.columns import elapsed_s, epochs_text
from workbench.tui.screens.runs.reading import ListedRun


class RunDetails(Widget):
    """A few lines: what it is, its data, how good it is, what is noted; below them the command."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._listed: ListedRun | None = None
        self._command = ""
        self._is_dispatching = True

    def show(self, listed: ListedRun | None, command: str, is_dispatching: bool) -> None:
        """Show this run and this command; nothing is painted where they are as before."""
        shown = (listed, command, is_dispatching)
        if shown != (self._listed, self._command, self._is_dispatching):
            self._listed, self._command, self._is_dispatching = shown
            self.border_title = Content.styled(printable(listed.name), "bold") if listed else None
            self.border_subtitle = Content.styled("y copy", "$muted") if command else None
            self.refresh()

    def render(self) -> Content:
        """As many lines as there is room for, the command always."""
        width, height = self.content_size
        if self._listed is None:
            return Content("")
        lines = _lines(self._listed, self._is_dispatching)
        lines = [*lines[: max(0, height - 1)], shown_command(self._command)]
        return Content("\n").join(line.truncate(width, ellipsis=True) for line in lines)


def _lines(listed: ListedRun, is_dispatching: bool) -> list[Content]:
    seen = listed.overview
    title = Content(printable(listed.title or ""))
    if seen is None:
        return [title, Content.styled("reading …", "$muted")]
    sample = ("  SAMPLE: a small part of the data", "$warning") if seen.is_sample else ""
    lines = [Content.assemble(title, sample)]
    remark = _remark(listed, is_dispatching)
    if remark is not None:
        lines.append(remark)
    if seen.note:
        lines.append(Content.assemble(("note ", "$muted"), f"“{printable(seen.note)}”"))
    seconds = elapsed_s(listed)
    accuracies = [
        score_text(seen.best_accuracy, seen.best_error),
        score_text(seen.last_accuracy, seen.last_error),
    ]
    loss = "–" if seen.last_loss is None else f"{seen.last_loss:.6f}"
    size = "…" if listed.size_bytes is None else bytes_text(listed.size_bytes)
    took = "–" if seconds is None else duration_text(seconds)
    lines += [
        _named(("data", seen.source or "–"), ("device", seen.device or "–"), ("time", took)),
        _named(("checkpoint", seen.checkpoint or "–"), ("step", f"{seen.step:,}"), ("loss", loss)),
        _named(("best", accuracies[0]), ("last", accuracies[1]), ("epoch", epochs_text(listed))),
        _named(("on disk", size), ("folder", path_there(listed.run.path))),
    ]
    return lines


def _remark(listed: ListedRun, is_dispatching: bool) -> Content | None:
    seen = listed.overview
    if seen is None:
        return None
    sign = f"{states.glyph(seen.state)} "
    if seen.error:
        return Content.styled(f"✗ {printable(seen.error)}", "$error")
    if seen.state == "interrupted":
        words = "its worker is gone; p goes on from its checkpoint"
        return Content.styled(f"{sign}{words}", "$warning")
    if seen.state == "queued" and listed.place is not None:
        words = f"{sign}waits at place {listed.place} of the queue"
        nobody = "; nobody starts it: `workbench queue start` does"
        return Content.styled(words if is_dispatching else words + nobody, "$warning")
    return None


def _named(*pairs: tuple[str, str]) -> Content:
    parts: Sequence[Content] = [
        Content.assemble((f"{name} ", "$muted"), printable(value)) for name, value in pairs
    ]
    return Content("   ").join(parts)
