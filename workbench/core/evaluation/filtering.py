"""Which items of an evaluation to look at, and in what order."""

from dataclasses import dataclass
from typing import Literal

from workbench.core.evaluation.result import EvaluationResult, ItemColumns

Outcome = Literal["any", "right", "wrong"]
Order = Literal["stored", "most-wrong", "least-sure"]


@dataclass(frozen=True)
class ItemFilter:
    """What a person wants to see.

    ``actual`` and ``predicted`` are class indices: together a cell of the confusion matrix.
    ``most-wrong`` puts the highest loss first, ``least-sure`` the lowest confidence.
    """

    actual: int | None = None
    predicted: int | None = None
    outcome: Outcome = "any"
    order: Order = "stored"


def select(result: EvaluationResult, wanted: ItemFilter) -> tuple[int, ...]:
    """The indices of the matching items in the wanted order; of equals the lower index first."""
    items = result.items
    found = [index for index in range(len(items.loss)) if _matches(items, index, wanted)]
    if wanted.order == "least-sure" and items.confidence:
        found.sort(key=items.confidence.__getitem__)
    elif wanted.order == "most-wrong":
        found.sort(key=lambda index: -_loss(items, index))
    return tuple(found)


def _matches(items: ItemColumns, index: int, wanted: ItemFilter) -> bool:
    if not items.actual:  # a regression, whose items are neither of a class nor right or wrong
        return True
    actual, predicted = items.actual[index], items.predicted[index]
    return (
        wanted.actual in (None, actual)
        and wanted.predicted in (None, predicted)
        and (wanted.outcome == "any" or (actual == predicted) == (wanted.outcome == "right"))
    )


def _loss(items: ItemColumns, index: int) -> float:
    """The loss; one that is not a number counts as the worst."""
    value = float(items.loss[index])
    return value if value == value else float("inf")


@dataclass(frozen=True)
class Confusion:
    """``count`` items of class ``actual`` were predicted as ``predicted`` (class indices)."""

    actual: int
    predicted: int
    count: int


def most_confused(result: EvaluationResult, limit: int) -> tuple[Confusion, ...]:
    """The most frequent mistakes, the worst first."""
    found = [
        Confusion(actual, predicted, count)
        for actual, row in enumerate(result.confusion)
        for predicted, count in enumerate(row)
        if count and actual != predicted
    ]
    return tuple(sorted(found, key=lambda item: -item.count)[:limit])
