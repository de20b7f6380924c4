"""Evaluations side by side, as rows and lines."""

from collections.abc import Callable, Sequence

from textual.content import Content

from workbench.core.evaluation import EvaluationResult
from workbench.core.text import display_width, printable
from workbench.core.units import percent_text, short_score_text
from workbench.tui.figures import loss_text
from workbench.tui.screens.predict.models import Model
from workbench.tui.widgets.picture_grid import cut
from workbench.tui.widgets.row_list import Cell, Column, Row

_CLASS, _VALUE, _GAP = 12, 18, 2
_Figure = Callable[[EvaluationResult], float | None]

COLUMNS = (
    Column("", 1),
    Column("run", 0),
    Column("checkpoint", 13),
    Column("batches", 8, "right", rank=3),
    Column("accuracy", 8, "right"),
    Column("loss", 9, "right"),
    Column("F1", 7, "right", rank=1),
    Column("top 3", 8, "right", rank=2),
    Column("ECE", 7, "right", rank=2),
)


def rows(listed: Sequence[Model], marked: set[str], under_way: set[str]) -> list[Row]:
    """A row for each model; of each figure the best one has a star.

    A regression has its mean absolute error in the place of an accuracy, and no more.
    """
    results = [item.result for item in listed if item.result is not None]
    figures = [
        (_score_text, _best(results, _score), _score),
        (_text(loss_text), _best(results, _minus_loss), _minus_loss),
        (_text(lambda value: f"{value:.3f}"), _best(results, _f1), _f1),
        (_text(percent_text), _best(results, _top_3), _top_3),
        (_text(percent_text), _best(results, _minus_error), _minus_error),
    ]
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
            for text, best, figure in figures:
                value = figure(item.result)
                is_best = value is not None and value == best
                cells.append(
                    Content.styled(
                        f"{_shown(value, text)}{'★' if is_best else ' '}", _look(is_best)
                    )
                )
        made.append(Row(item.name, tuple(cells)))
    return made


def _look(is_best: bool) -> str:
    return "bold $secondary" if is_best else ""


def _shown(value: float | None, text: Callable[[float], str]) -> str:
    return "–" if value is None else text(value)


def _text(text: Callable[[float], str]) -> Callable[[float], str]:
    return lambda value: text(abs(value))


def _batches(item: Model) -> str:
    if item.checkpoint is not None:
        return f"{item.checkpoint.manifest.step:,}"
    return f"{item.result.step:,}" if item.result is not None else "now"


def _best(results: Sequence[EvaluationResult], figure: _Figure) -> float | None:
    """The best value, if one of several is better than another."""
    values = {value for item in results if (value := figure(item)) is not None}
    return max(values) if len(values) > 1 else None


def _score(item: EvaluationResult) -> float | None:
    return item.accuracy if item.errors is None else -item.errors.mae


def _score_text(value: float) -> str:
    return percent_text(value) if value >= 0 else short_score_text(None, -value)


def _minus_loss(item: EvaluationResult) -> float:
    return -float(item.loss)


def _f1(item: EvaluationResult) -> float | None:
    return item.macro.f1 if item.macro is not None else None


def _top_3(item: EvaluationResult) -> float | None:
    if not item.top_k:
        return None
    return item.top_k[min(3, len(item.top_k)) - 1]


def _minus_error(item: EvaluationResult) -> float | None:
    return None if item.calibration_error is None else -item.calibration_error


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
