"""The columns of the table of runs: what stands in them, and how they sort."""

import math
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from typing import Literal, get_args

from workbench.core.runs import RunOverview, RunState
from workbench.core.text import printable
from workbench.core.units import bytes_text, duration_text, short_score_text
from workbench.tui import states
from workbench.tui.figures import age_text, loss_text
from workbench.tui.screens.filter_line import has_words
from workbench.tui.screens.runs.reading import ListedRun
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, plain

_UNREAD = plain("…", "$muted")
_NONE = plain("–", "$muted")
SortKey = float | str | None
_LIVE_FIRST: tuple[RunState, ...] = ("running", "starting", "paused", "queued")


@dataclass(frozen=True)
class RunColumn:
    """``key`` sorts; ``falls``: the largest comes first unless a person turns it around."""

    column: Column
    cell: Callable[[ListedRun, float], Cell]
    key: Callable[[ListedRun], SortKey]
    falls: bool = True

    @property
    def title(self) -> str:
        """The column's title, which is its name too."""
        return self.column.title


def _name(listed: ListedRun, _: float) -> Cell:
    return plain(printable(listed.name), "bold")


def _state(listed: ListedRun, _: float) -> Cell:
    seen = listed.overview
    if seen is None:
        return _UNREAD
    words = f"{states.glyph(seen.state)} {seen.state}"
    place = f" {listed.place}" if listed.place is not None and seen.state == "queued" else ""
    return plain(f"{words}{place}", states.color(seen.state))


def _state_key(listed: ListedRun) -> SortKey:
    if listed.overview is None:
        return None
    state = listed.overview.state
    rest = [name for name in get_args(RunState) if name not in _LIVE_FIRST]
    return [*_LIVE_FIRST, *rest].index(state) + (listed.place or 0) / 1e6


def _accuracy(value: float | None, error: float | None, listed: ListedRun, style: str) -> Cell:
    if listed.overview is None:
        return _UNREAD
    if value is None and error is None:
        return _NONE
    sample = ("*", "bold $warning") if listed.overview.is_sample else (" ", "")
    return ((short_score_text(value, error), style), sample)


def _score(seen: RunOverview | None, which: Literal["best", "last"]) -> SortKey:
    """The larger, the better: an accuracy, or less the error of a regression."""
    if seen is None:
        return None
    error: float | None = getattr(seen, f"{which}_error")
    accuracy: float | None = getattr(seen, f"{which}_accuracy")
    return accuracy if error is None else -error


def _best(listed: ListedRun, _: float) -> Cell:
    seen = listed.overview
    accuracy, error = (seen.best_accuracy, seen.best_error) if seen else (None, None)
    return _accuracy(accuracy, error, listed, "$secondary")


def _last(listed: ListedRun, _: float) -> Cell:
    seen = listed.overview
    accuracy, error = (seen.last_accuracy, seen.last_error) if seen else (None, None)
    return _accuracy(accuracy, error, listed, "")


def _loss(listed: ListedRun, _: float) -> Cell:
    return plain(loss_text(listed.overview.last_loss)) if listed.overview else _UNREAD


def _loss_key(listed: ListedRun) -> SortKey:
    loss = listed.overview.last_loss if listed.overview else None
    return math.inf if loss is not None and math.isnan(loss) else loss


def epochs_text(listed: ListedRun) -> str:
    """How many epochs of all: ``3/5``."""
    seen = listed.overview
    return f"{min(seen.epoch + 1, seen.epochs)}/{seen.epochs}" if seen and seen.epochs else "–"


def elapsed_s(listed: ListedRun) -> float | None:
    """How long it took: of an ended run its training, of a live one all but its pauses."""
    seen = listed.overview
    if seen is None or not seen.step:
        return None
    return seen.worked_s


def _time(listed: ListedRun, _: float) -> Cell:
    seconds = elapsed_s(listed)
    return _NONE if seconds is None else plain(duration_text(seconds))


def _size(listed: ListedRun, _: float) -> Cell:
    if listed.size_bytes is None:
        return _UNREAD
    return plain(bytes_text(listed.size_bytes).replace(" bytes", " B"))


def began(listed: ListedRun) -> float:
    """When it began to train, or was made if it did not yet."""
    return (listed.overview.started if listed.overview else 0.0) or listed.created


def _age(listed: ListedRun, now: float) -> Cell:
    return plain(age_text(now - began(listed)))


def _plan(listed: ListedRun, _: float) -> Cell:
    sample = listed.overview is not None and listed.overview.is_sample
    title = (printable(listed.title or ""), "$muted")
    return (("SAMPLE ", "$warning"), title) if sample else (title,)


COLUMNS: tuple[RunColumn, ...] = (
    RunColumn(Column("run", 0), _name, lambda listed: listed.name.lower(), falls=False),
    RunColumn(Column("state", 13), _state, _state_key, falls=False),
    RunColumn(Column("plan", 0, rank=8), _plan, lambda listed: listed.title, falls=False),
    RunColumn(
        Column("best", 8, "right", rank=1),
        _best,
        lambda listed: _score(listed.overview, "best"),
    ),
    RunColumn(
        Column("last", 8, "right", rank=3),
        _last,
        lambda listed: _score(listed.overview, "last"),
    ),
    RunColumn(Column("loss", 6, "right", rank=4), _loss, _loss_key, falls=False),
    RunColumn(
        Column("epoch", 6, "right", rank=5),
        lambda listed, _: plain(epochs_text(listed)),
        lambda listed: listed.overview.epoch if listed.overview else None,
    ),
    RunColumn(Column("time", 9, "right", rank=9), _time, elapsed_s),
    RunColumn(Column("size", 8, "right", rank=6), _size, lambda listed: listed.size_bytes),
    RunColumn(Column("age", 6, "right", rank=2), _age, began),
)
BY_TITLE = {column.title: column for column in COLUMNS}
_WITH_PLAN = 105
_NAME_WIDTH = 18  # the longest of the names that runs are given
_PLAN_WIDTH = 35  # "fashion-mnist · mlp · sgd · pytorch"
_GAP, _CURSOR = 2, 3
_RATHER_PLAN = ("time", "size")


def columns_for(width: int) -> list[RunColumn]:
    """The columns for a table so wide: the plan only where there is room for some of it.

    What the details below say too makes room for the whole of it.
    """
    if width < _WITH_PLAN:
        return [column for column in COLUMNS if column.title != "plan"]
    name = replace(COLUMNS[0], column=replace(COLUMNS[0].column, width=_NAME_WIDTH))
    shown = [name, *COLUMNS[1:]]
    for title in _RATHER_PLAN:
        used = _CURSOR + sum(column.column.width for column in shown) + _GAP * (len(shown) - 1)
        if width - used < _PLAN_WIDTH:
            shown = [column for column in shown if column.title != title]
    return shown


def ordered(runs: Sequence[ListedRun], title: str, is_turned: bool) -> list[ListedRun]:
    """The runs by a column; those without a value come last, whichever way it goes."""
    column = BY_TITLE[title]
    keyed = [(column.key(listed), listed) for listed in runs]
    having = [pair for pair in keyed if pair[0] is not None]
    having.sort(key=_first, reverse=column.falls != is_turned)
    return [listed for _, listed in having] + [listed for key, listed in keyed if key is None]


def _first(pair: tuple[SortKey, ListedRun]) -> float | str:
    assert pair[0] is not None
    return pair[0]


def matches(listed: ListedRun, words: Sequence[str]) -> bool:
    """Whether each word is in what the table or the details say of the run."""
    seen = listed.overview
    told = f"{seen.state} {seen.note} {'sample' if seen.is_sample else ''}" if seen else ""
    return has_words(f"{listed.name} {listed.title or ''} {told}", words)
