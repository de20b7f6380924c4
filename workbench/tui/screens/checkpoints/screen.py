"""The Checkpoints screen: the runs, and what the one under the cursor has saved."""

from collections.abc import Iterable
from dataclasses import dataclass

from textual import on
from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget

from workbench.core.checkpoints import Checkpoint, list_checkpoints
from workbench.core.text import printable
from workbench.core.units import bytes_text, percent_text
from workbench.tui.figures import age_text, loss_text
from workbench.tui.run_index import RunGlance, RunIndex
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.widgets.row_list import Column, Row, RowList

_REFRESH_S = 2.0
_RUNS = (Column("run", 0), Column("saved", 6, "right"))
_CHECKPOINTS = (
    Column("checkpoint", 0),
    Column("epoch", 6, "right"),
    Column("step", 8, "right", rank=3),
    Column("accuracy", 9, "right"),
    Column("loss", 8, "right", rank=2),
    Column("size", 9, "right", rank=1),
    Column("age", 7, "right", rank=4),
)


@dataclass(frozen=True)
class Saved:
    """A run with its checkpoints, oldest first."""

    glance: RunGlance
    checkpoints: list[Checkpoint]


class CheckpointsScreen(PlaceScreen):
    """Two tables beside each other."""

    PLACE = "checkpoints"
    CSS_PATH = "checkpoints.tcss"
    AUTO_FOCUS = "OptionList"

    def __init__(self) -> None:
        super().__init__()
        self._found: list[Saved] = []
        self._index: RunIndex | None = None

    def compose_body(self) -> Iterable[Widget]:
        """Runs on the left, checkpoints on the right."""
        with Horizontal():
            with Vertical(classes="panel", id="checkpoint-runs-panel") as runs:
                runs.border_title = Content.styled("Runs", "bold")
                yield RowList(_RUNS, "No runs yet.", id="checkpoint-runs")
            with Vertical(classes="panel") as panel:
                panel.border_title = Content.styled("Checkpoints", "bold")
                yield RowList(_CHECKPOINTS, "No checkpoint yet.", id="checkpoints")

    def on_mount(self) -> None:
        """Read them now and then."""
        self._index = RunIndex(self.session.config.runs_dir)
        self.set_interval(_REFRESH_S, self._read)

    def on_screen_resume(self) -> None:
        """Read them at once."""
        super().on_screen_resume()
        self._read()

    def _read(self) -> None:
        if self.is_current and self._index is not None:
            index = self._index
            self.in_thread(lambda: _read(index), self._show, "checkpoints")

    def _show(self, found: list[Saved]) -> None:
        self._found = found
        rows = [
            Row(saved.glance.run.name, (_name(saved.glance), str(len(saved.checkpoints))))
            for saved in found
        ]
        self.query_one("#checkpoint-runs", RowList).show(rows)
        self._show_checkpoints()

    @on(RowList.Moved, "#checkpoint-runs")
    def _show_checkpoints(self) -> None:
        run = self.query_one("#checkpoint-runs", RowList).key
        found = {saved.glance.run.name: saved.checkpoints for saved in self._found}
        checkpoints = found.get(run or "", [])
        best = max(checkpoints, key=_accuracy, default=None)  # of equals the first
        now = self.session.now()
        rows = [_row(item, best, now) for item in reversed(checkpoints)]
        self.query_one("#checkpoints", RowList).show(rows)


def _name(glance: RunGlance) -> Content:
    name = Content.styled(printable(glance.run.name), "bold")
    sample = Content.styled(" SAMPLE", "$warning")
    return name + sample if glance.overview.is_sample else name


def _read(index: RunIndex) -> list[Saved]:
    return [Saved(glance, list_checkpoints(glance.run)) for glance in index.read()]


def _accuracy(checkpoint: Checkpoint) -> float:
    accuracy = checkpoint.manifest.metrics.accuracy
    return -1.0 if accuracy is None else accuracy


def _row(checkpoint: Checkpoint, best: Checkpoint | None, now: float) -> Row:
    manifest = checkpoint.manifest
    accuracy, loss = manifest.metrics.accuracy, manifest.metrics.loss
    marks = "★" if accuracy is not None and checkpoint is best else ""
    marks += "◆" if manifest.protected else ""
    name = Content.styled(printable(checkpoint.name), "bold")
    if marks:
        name += Content.styled(f" {marks}", "$accent")
    return Row(
        checkpoint.name,
        (
            name + Content.styled(f"  {printable(manifest.reason)}", "$muted"),
            f"{manifest.epoch}+{manifest.batch}" if manifest.batch else str(manifest.epoch),
            f"{manifest.step:,}",
            Content.styled("–" if accuracy is None else percent_text(accuracy), "$secondary"),
            loss_text(None if loss is None else float(loss)),
            bytes_text(manifest.size_bytes),
            age_text(now - manifest.created),
        ),
    )
