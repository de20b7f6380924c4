"""The table of a comparison: how good each run is, and what differs in its plan."""

from collections.abc import Sequence
from dataclasses import replace

from workbench.core.runs.comparing import Comparison, RunResult
from workbench.core.text import printable
from workbench.core.units import duration_text, short_score_text
from workbench.tui.figures import loss_text
from workbench.tui.screens.runs.compare.chart import RUN_COLORS, SIGNS
from workbench.tui.widgets.row_list import Column
from workbench.tui.widgets.table_layout import Cell, plain

NAME = Column("run", 22)
_FIRST = (Column("best", 8, "right"), Column("last", 8, "right"), Column("test loss", 9, "right"))
_LAST = (
    Column("best loss", 9, "right"),
    Column("batches", 8, "right"),
    Column("time", 9, "right"),
    Column("state", 11),
)
_WIDEST = 24


def columns_of(comparison: Comparison) -> list[Column]:
    """The columns after the name: results, the keys that differ, and more results.

    Those that don't fit are left out from the right.
    """
    keys = [_key_column(key, comparison.runs) for key in comparison.keys]
    columns = [*_FIRST, *keys, *_LAST]
    return [replace(column, rank=rank) for rank, column in enumerate(columns, start=1)]


def _key_column(key: str, runs: Sequence[RunResult]) -> Column:
    widest = max(len(key), *(len(result.values[key]) for result in runs))
    return Column(key, min(widest, _WIDEST), "right")


def cells_of(result: RunResult, keys: Sequence[str], index: int, is_hidden: bool) -> list[Cell]:
    """A run's cells, the name with its sign first."""
    last_loss, best_loss = loss_text(result.last_loss), loss_text(result.best_loss)
    return [
        _name(result, index, is_hidden),
        _score(result.best_accuracy, result.best_error, result.is_sample, "$secondary"),
        _score(result.last_accuracy, result.last_error, result.is_sample, ""),
        plain(last_loss),
        *(plain(printable(result.values[key]), "bold") for key in keys),
        plain(best_loss),
        plain(f"{result.step:,}"),
        plain(duration_text(result.elapsed_s) if result.step else "–"),
        plain(result.state),
    ]


def _name(result: RunResult, index: int, is_hidden: bool) -> Cell:
    has_curve = index < len(SIGNS) and not is_hidden
    sign = (f"{SIGNS[index]} ", f"bold {RUN_COLORS[index]}") if has_curve else ("  ", "")
    return (sign, (printable(result.name), "$muted" if is_hidden else "bold"))


def _score(accuracy: float | None, error: float | None, is_sample: bool, style: str) -> Cell:
    if accuracy is None and error is None:
        return plain("–", "$muted")
    return (
        (short_score_text(accuracy, error), style),
        ("*", "bold $warning") if is_sample else (" ", ""),
    )
