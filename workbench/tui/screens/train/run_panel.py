"""The open run: its figures, curves, log and samples."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.app import ComposeResult
from textual.containers import Horizontal, Vertical
from textual.content import Content

from workbench.tui.screens.train.curves import Curves
from workbench.tui.screens.train.run_header import RunHeader
from workbench.tui.widgets.log_view import LogView
from workbench.tui.widgets.sample_grid import SampleGrid
from workbench.tui.widgets.titles import set_titles

if TYPE_CHECKING:
    from workbench.tui.run_history import RunHistory


class RunPanel(Vertical):
    """Mounted when there is a run; shows one run at a time."""

    def __init__(self, history: RunHistory) -> None:
        super().__init__()
        self._history = history
        self._logged = 0
        self._is_ready = False

    def compose(self) -> ComposeResult:
        """Figures above, curves below them, log and samples at the bottom."""
        yield RunHeader(id="run-header")
        yield Curves(id="curves")
        with Horizontal(id="below"):
            with Vertical(id="log-panel", classes="panel") as log:
                log.border_title = Content.styled("Log", "bold")
                yield LogView(id="log")
            with Vertical(id="samples-panel", classes="panel") as samples:
                samples.border_title = Content.styled("Samples", "bold")
                yield SampleGrid("after the first epoch", id="samples")

    def on_mount(self) -> None:
        """Show what came until now."""
        self._is_ready = True
        self.show(self._history, anew=True)

    def show(self, history: RunHistory, *, anew: bool) -> None:
        """Show the run as it is now; ``anew`` when it is another run, or was not seen to go on."""
        self._history = history
        if not self._is_ready:
            return
        self.query_one(RunHeader).show(history)
        self.query_one(Curves).show(history)
        self._show_log(history, anew)
        self.query_one(SampleGrid).show(history.samples.samples if history.samples else ())
        set_titles(self.query_one("#samples-panel"), _samples_title(history))

    def show_silence(self, now: float) -> None:
        """Say so where the run should have news by now, and has none."""
        if self._is_ready:
            self.query_one(RunHeader).show_silence(now)

    def _show_log(self, history: RunHistory, anew: bool) -> None:
        new = history.log_count - self._logged
        self._logged = history.log_count
        log = self.query_one(LogView)
        if anew or new < 0 or new > len(history.log):
            log.show((line.kind, line.text) for line in history.log)
        elif new:
            log.add((line.kind, line.text) for line in list(history.log)[-new:])


def _samples_title(history: RunHistory) -> Content:
    samples = history.samples
    title = Content.styled("Samples", "bold")
    if samples is None:
        return title
    when = f"epoch {samples.epoch + 1}" if samples.epoch is not None else f"step {samples.step:,}"
    if any(item.confidence is None for item in samples.samples):  # near or far, not right
        return title + Content.styled(f"  {when}", "$muted")
    right = sum(item.predicted == item.actual for item in samples.samples)
    return title + Content.styled(f"  {when} · {right}/{len(samples.samples)} right", "$muted")
