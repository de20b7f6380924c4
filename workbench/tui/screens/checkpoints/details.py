"""The checkpoint under the cursor in more words."""

import time
from collections.abc import Sequence

from textual.app import ComposeResult
from textual.containers import Vertical, VerticalScroll
from textual.content import Content
from textual.widgets import Static

from workbench.core.hosts.calls import path_there
from workbench.core.text import printable
from workbench.core.units import bytes_text, duration_text, percent_text
from workbench.tui.command_line import shown_command
from workbench.tui.screens.checkpoints.columns import kept_cell, loss_of
from workbench.tui.screens.checkpoints.reading import Saved

_GAP = "   "
Shown = tuple[Saved | None, tuple[str, ...], str]


class CheckpointDetails(Vertical):
    """What the manifest says, to scroll through; below it the command."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._shown: Shown = (None, (), "")

    def compose(self) -> ComposeResult:
        """The words over the command."""
        with VerticalScroll(id="checkpoint-words"):
            yield Static(id="checkpoint-text", markup=False)
        yield Static(id="checkpoint-command", markup=False)

    def show(self, saved: Saved | None, lineage: tuple[str, ...], command: str) -> None:
        """Show this one; nothing is painted where all is as before."""
        before, self._shown = self._shown, (saved, lineage, command)
        if self._shown[:2] != before[:2]:
            self.border_title = _title(saved) if saved else None
            self._lay_out()
        if command != before[2]:
            self.border_subtitle = Content.styled("y copy", "$muted") if command else None
            self.query_one("#checkpoint-command", Static).update(shown_command(command))

    def on_resize(self) -> None:
        """Lay out anew."""
        self.call_after_refresh(self._lay_out)

    def _lay_out(self) -> None:
        saved, lineage, _ = self._shown
        text = self.query_one("#checkpoint-text", Static)
        width = text.content_size.width or 80
        text.update(Content("\n").join(lines(saved, lineage, width)) if saved else Content(""))


def _title(saved: Saved) -> Content:
    name = Content.styled(printable(saved.name), "bold")
    words = " (in the trash)" if saved.is_deleted else ""
    marks = [("  ", ""), *kept_cell(saved.kept)] if saved.kept else []
    return Content.assemble(name, (words, "$warning"), *marks)


def lines(saved: Saved, lineage: Sequence[str], width: int) -> list[Content]:
    """How good it is, where it is in its run, where it comes from, and its files."""
    manifest = saved.checkpoint.manifest
    saved_at = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(manifest.created))
    with_versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    facts = [
        ("test", _tested(saved)),
        ("best so far", _best(saved)),
        ("next", next_text(saved)),
        ("learning rate", f"{manifest.learning_rate:g}"),
        *(("kept:", why) for why in saved.kept.values()),
        ("comes from", " ← ".join(lineage)),
        ("saved", f"{saved_at} ({manifest.reason})"),
        ("step", f"{manifest.step:,}"),
        ("trained", duration_text(manifest.elapsed_s)),
        ("holds", bytes_text(saved.size_bytes)),
        ("with", with_versions or "–"),
        *([] if saved.is_deleted else [("folder", path_there(saved.checkpoint.path))]),
    ]
    found = flow(facts, width)
    found.append(Content.styled("files with their SHA-256", "$muted"))
    for name, entry in manifest.files.items():
        found += flow([(name, bytes_text(entry.size_bytes)), ("", entry.sha256)], width)
    return found


def flow(facts: Sequence[tuple[str, str]], width: int) -> list[Content]:
    """Named facts in lines, as many a line as fit; no fact is torn apart where it fits."""
    found: list[Content] = []
    for name, value in facts:
        named = (f"{printable(name)} ", "$muted") if name else ""
        fact = Content.assemble(named, printable(value))
        if found and found[-1].cell_length + len(_GAP) + fact.cell_length <= width:
            found[-1] = found[-1] + _GAP + fact
        else:
            found.append(fact)
    return found


def next_text(saved: Saved) -> str:
    """The next to train, counted from 1 as the log does."""
    manifest = saved.checkpoint.manifest
    if manifest.epoch >= manifest.epochs:
        return f"none, all {manifest.epochs} epochs trained"
    return f"epoch {manifest.epoch + 1} of {manifest.epochs}, batch {manifest.batch + 1}"


def _tested(saved: Saved) -> str:
    accuracy, loss = saved.checkpoint.manifest.metrics.accuracy, loss_of(saved)
    if accuracy is None:
        return "not tested at this step" if loss is None else f"loss {loss:.6f}"
    words = f"{percent_text(accuracy)}{' on a SAMPLE' if saved.is_sample else ''}"
    return words if loss is None else f"{words}, loss {loss:.6f}"


def _best(saved: Saved) -> str:
    manifest = saved.checkpoint.manifest
    if manifest.best_accuracy is None:
        best = manifest.best_loss
        return "–" if best is None else f"loss {float(best):.6f}"
    since = manifest.epochs_since_best
    sample = " on a SAMPLE" if saved.is_sample else ""
    words = f"{percent_text(manifest.best_accuracy)}{sample}"
    return f"{words}, {since} epochs before" if since else words
