"""Evaluations side by side, as rows and lines."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from textual.content import Content

from workbench.core.evaluation import EvaluationResult
from workbench.core.text import display_width, printable
from workbench.core.units import percent_text
from workbench.tui.figures import loss_text
from workbench.tui.screens.predict.models import Model
from workbench.tui.widgets.picture_grid import cut
from workbench.tui.widgets.row_list import Cell, Column, Row

_CLASS, _VALUE, _GAP = 12, 18, 2


@dataclass(frozen=True)
class _Figure:
    """A column: how it is called, and of an evaluation its ``value``, the larger the better."""

    column: Column
    value: Callable[[EvaluationResult], float | None]
    text: Callable[[float], str]


def columns(listed: Sequence[Model]) -> tuple[Column, ...]:
    """What there is to know of these models."""
    return (
        Column("", 1),
        Column("run", 0),
        Column("checkpoint", 13),
        Column("batches", 8, "right", rank=3),
        *(figure.column for figure in _figures(listed)),
    )


def rows(listed: Sequence[Model], marked: set[str], under_way: set[str]) -> list[Row]:
    """A row for each model; of each figure the best one has a star."""
    results = [item.result for item in listed if item.result is not None]
    figures = _figures(listed)
    best_of = [_best(results, figure) for figure in figures]
    made = []
    for item in listed:
        run = Content.styled(printable(item.run.name), "bold")
        if item.checkpoint is None:
            name = Content.styled("live model", "$secondary")
        else:
            name = Content.styled(printable(item.checkpoint.name), "bold")
        mark = Content.styled("●", "$accent") if item.name in marked else ""
        cells: list[Cell] = [mark, run, name, Content.styled(_batches(item), "$muted")]
        if item.result is None:
            words = "evaluating …" if item.name in under_way else "–"
            cells += [Content.styled(words[:8], "$muted"), *[""] * (len(figures) - 1)]
        else:
            for figure, best in zip(figures, best_of, strict=True):
                value = figure.value(item.result)
                is_best = value is not None and value == best
                words = "–" if value is None else figure.text(value)
                cells.append(Content.styled(f"{words}{'★' if is_best else ' '}", _look(is_best)))
        made.append(Row(item.name, tuple(cells)))
    return made


def _look(is_best: bool) -> str:
    return "bold $secondary" if is_best else ""


def _batches(item: Model) -> str:
    if item.checkpoint is not None:
        return f"{item.checkpoint.manifest.step:,}"
    return f"{item.result.step:,}" if item.result is not None else "now"


def _best(results: Sequence[EvaluationResult], figure: _Figure) -> float | None:
    """The best value, if one of several is better than another."""
    values = {value for item in results if (value := figure.value(item)) is not None}
    return max(values) if len(values) > 1 else None


def _figures(listed: Sequence[Model]) -> tuple[_Figure, ...]:
    """A regression has errors, a classifier an accuracy and what goes with it."""
    return _ERRORS if are_regressions(listed) else _SCORES


def are_regressions(listed: Sequence[Model]) -> bool:
    """Whether they say values, as far as one of them was evaluated."""
    results = (item.result for item in listed)
    return any(result is not None and result.errors is not None for result in results)


def _f1(item: EvaluationResult) -> float | None:
    return item.macro.f1 if item.macro is not None else None


def _top_3(item: EvaluationResult) -> float | None:
    if not item.top_k:
        return None
    return item.top_k[min(3, len(item.top_k)) - 1]


def _calibration(item: EvaluationResult) -> float | None:
    return None if item.calibration_error is None else -item.calibration_error


def _mae(item: EvaluationResult) -> float | None:
    return None if item.errors is None else -item.errors.mae


def _mse(item: EvaluationResult) -> float | None:
    return None if item.errors is None else -item.errors.mse


def _number(value: float) -> str:
    return f"{abs(value):.4g}"


_LOSS = _Figure(
    Column("loss", 9, "right"),
    lambda item: -float(item.loss),
    lambda value: loss_text(abs(value)),
)
_SCORES = (
    _Figure(Column("accuracy", 8, "right"), lambda item: item.accuracy, percent_text),
    _LOSS,
    _Figure(Column("F1", 7, "right", rank=1), _f1, lambda value: f"{value:.3f}"),
    _Figure(Column("top 3", 8, "right", rank=2), _top_3, percent_text),
    _Figure(
        Column("ECE", 7, "right", rank=2), _calibration, lambda value: percent_text(abs(value))
    ),
)
_ERRORS = (
    _Figure(Column("MAE", 10, "right"), _mae, _number),
    _Figure(Column("MSE", 10, "right", rank=1), _mse, _number),
    _LOSS,
)


def class_lines(results: Sequence[EvaluationResult], width: int) -> list[Content]:
    """F1 of each class under the models; of a class the best one has a star."""
    if not results:
        return [Content.styled("Mark evaluated models to see F1 of each class.", "$muted")]
    first = results[0]
    same = [item for item in results if item.classes == first.classes]
    shown = same[: max(1, (width - _CLASS) // (_VALUE + _GAP))]
    names = [_tail(item.model) for item in shown]
    head = "".join(f"{'':{_GAP}}{name:>{_VALUE}}" for name in names)
    lines = [Content.styled(f"{'F1 of class':<{_CLASS}}{head}", "$muted")]
    for index, name in enumerate(first.classes):
        values = [item.per_class[index].f1 for item in shown]
        best = max(values) if len(set(values)) > 1 else None
        parts = [Content(cut(printable(name), _CLASS))]
        for value in values:
            text = f"{value:.3f}{'★' if value == best else ' '}"
            parts.append(Content.styled(text.rjust(_VALUE + _GAP), _look(value == best)))
        lines.append(Content("").join(parts))
    return lines


def _tail(name: str) -> str:
    """The end of a name, which tells models of a run apart."""
    text = printable(name)
    while display_width(text) > _VALUE:
        text = f"…{text[2:]}"
    return text
