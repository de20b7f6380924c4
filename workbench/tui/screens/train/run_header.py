"""How the run is going and how good it is, in a few lines."""

from __future__ import annotations

from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from workbench.core.runs.overview import STALLED_S
from workbench.core.text import printable
from workbench.core.units import duration_text, score_text
from workbench.tui import states
from workbench.tui.figures import clock_text, count_text, loss_text
from workbench.tui.widgets.progress import progress_bar
from workbench.tui.widgets.titles import set_titles

if TYPE_CHECKING:
    from workbench.tui.run_history import RunHistory

_ROOMY = 4


class RunHeader(Widget):
    """The run's name and state in the border; inside, its progress and its figures."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._history: RunHistory | None = None
        self._silence_s = 0

    def show_silence(self, now: float) -> None:
        """Say so where the run should have news by now, and has none."""
        silence_s = self._history.overview.silence_s(now) if self._history else 0.0
        shown = int(silence_s) if silence_s > STALLED_S else 0
        if shown != self._silence_s:
            self._silence_s = shown
            self.refresh()

    def show(self, history: RunHistory) -> None:
        """Show how this run is now."""
        self._history = history
        set_titles(self, run_title(history) + _what(history), _badge(history))
        self.refresh()

    def render(self) -> Content:
        """The lines for the height there is."""
        history = self._history
        width, height = self.content_size
        if history is None or width < 20:
            return Content("")
        first = self._silence(history, width) if self._silence_s else _progress(history, width)
        if height < _ROOMY:
            return Content("\n").join([first, _figures(history, width)])
        return Content("\n").join([first, Content(""), *_tiles(history, width)])

    def _silence(self, history: RunHistory, width: int) -> Content:
        """The line instead of the progress; the command is the last that may be cut off."""
        name = printable(history.run.name)
        return Content.assemble(
            (f"! no news for {self._silence_s:,} s", "bold $warning"),
            ("  if it hangs: ", "$muted"),
            (f"workbench stop --kill {name}", "$secondary"),
        ).truncate(width, ellipsis=True)


def run_title(history: RunHistory) -> Content:
    """The run's name and its state, with a glyph and a word."""
    state = history.overview.state
    name = Content.styled(printable(history.run.name), "bold $foreground")
    word = Content.styled(f" {states.glyph(state)} {state}", f"bold {states.color(state)}")
    return name + word


def _what(history: RunHistory) -> Content:
    device = f" · {history.overview.device}" if history.overview.device else ""
    return Content.styled(f"   {printable(history.title)}{device}", "$muted")


def _badge(history: RunHistory) -> Content:
    if not history.overview.is_sample:
        return Content("")
    return Content.styled(" SAMPLE: a small part of the data ", "bold $background on $warning")


def _progress(history: RunHistory, width: int) -> Content:
    seen = history.overview
    if seen.state == "gone":
        words = "its folder is gone: deleted, moved or out of reach; press 2 for the other runs"
        return Content.styled(words, "$error").truncate(width, ellipsis=True)
    if seen.error and not seen.is_live:
        return Content.styled(f"✗ {printable(seen.error)}", "$error").truncate(width, ellipsis=True)
    if seen.state == "queued" and history.waiting:
        return Content.styled(_waiting(history), "$muted").truncate(width, ellipsis=True)
    if history.stage and seen.is_live:
        return _stage(history, width)
    if not seen.epochs:
        return Content.styled(_waiting(history), "$muted")
    epoch = min(seen.epoch + 1, seen.epochs)
    left = Content.assemble(("epoch ", "$muted"), f"{epoch}/{seen.epochs} ")
    right = Content(f" {seen.current:,}/{seen.size:,}")
    right += _pace(history, width - left.cell_length - right.cell_length)
    room = width - left.cell_length - right.cell_length
    share = seen.current / seen.size if seen.size else 0.0
    return left + progress_bar(share, max(4, room)) + right


def _waiting(history: RunHistory) -> str:
    if history.overview.state == "interrupted":
        return "its worker is gone; press p to go on"
    if history.overview.state == "queued" and history.waiting:
        return f"it {printable(history.waiting)}"
    if history.overview.state == "queued":
        return "waits in the queue; press p to start it now"
    return "waiting for its worker …"


def _stage(history: RunHistory, width: int) -> Content:
    text = Content.assemble(("◌ ", "$warning"), f"{printable(history.stage)} … ")
    progress = history.progress
    if progress is None:
        return text
    text += Content.styled(f"{printable(progress.step)}: {printable(progress.message)} ", "$muted")
    if progress.total_bytes:
        share = progress.done_bytes / progress.total_bytes
        text += progress_bar(share, max(4, width - text.cell_length - 6))
        text += Content(f" {100 * share:3.0f}%")
    return text.truncate(width, ellipsis=True)


def _pace(history: RunHistory, room: int) -> Content:
    speed, left_s = history.items_per_s, history.left_s
    parts = []
    if history.overview.is_live and speed is not None:
        parts.append(Content.assemble(f"   {count_text(speed)}", (" img/s", "$muted")))
        if left_s is not None:
            parts.append(Content.assemble(f"   {clock_text(left_s)}", (" left", "$muted")))
    elif history.elapsed_s is not None:
        parts.append(Content.assemble(("   in ", "$muted"), duration_text(history.elapsed_s)))
    text = Content("").join(parts)
    return text if text.cell_length < room - 10 else Content("")


def _measured(history: RunHistory) -> list[tuple[str, str, str]]:
    """Name, value and style of each figure, the most telling first."""
    seen = history.overview
    last = history.tests[-1] if history.tests else None
    smooth = history.smooth[len(history.smooth) - 1] if len(history.smooth) else None
    is_regression = seen.last_error is not None
    score = score_text(seen.last_accuracy, seen.last_error).removeprefix("MAE ")
    best = score_text(seen.best_accuracy, seen.best_error).removeprefix("MAE ")
    rate = "–" if history.learning_rate is None else f"{history.learning_rate:g}"
    return [
        ("MAE" if is_regression else "accuracy", score, "bold $secondary"),
        ("best", best, "bold $foreground"),
        ("test loss", loss_text(last.loss if last else None), "bold $secondary"),
        ("train loss", loss_text(smooth), "bold $primary"),
        ("lr", rate, "$foreground"),
        ("step", f"{seen.step:,}", "$foreground"),
    ]


def _figures(history: RunHistory, width: int) -> Content:
    """The figures in one line, as many as fit."""
    parts: list[Content] = []
    for name, value, style in _measured(history):
        part = Content.assemble((f"{name} ", "$muted"), (value, style))
        if sum(item.cell_length + 3 for item in parts) + part.cell_length > width:
            break
        parts.append(part)
    return Content("   ").join(parts)


def _tiles(history: RunHistory, width: int) -> list[Content]:
    """The figures with their names above."""
    measured = _measured(history)
    column = max(11, min(18, width // len(measured)))
    fitting = measured[: width // column]
    names = [Content.styled(name.ljust(column), "$muted") for name, _, _ in fitting]
    values = [Content.styled(value.ljust(column), style) for _, value, style in fitting]
    return [Content("").join(names), Content("").join(values)]
