"""The metrics of a classifier, computed from logits and labels alone.

They are scikit-learn's: rows of the confusion matrix are the actual classes, and what would
divide by zero is 0.
"""

import math
from bisect import bisect_left
from collections.abc import Sequence

from workbench.core.evaluation.result import Averages, CalibrationBin, ClassMetrics

BINS = 10
TOP = 5

Matrix = tuple[tuple[int, ...], ...]


def softmax(logits: Sequence[float]) -> list[float]:
    """The probabilities of the classes. Logits that are not numbers give zeros."""
    if not all(map(math.isfinite, logits)):
        return [0.0] * len(logits)
    top = max(logits)
    powers = [math.exp(value - top) for value in logits]
    total = sum(powers)
    return [power / total for power in powers]


def class_logits(outputs: Sequence[float], task: str) -> Sequence[float]:
    """The logits of the classes from a classifier's outputs.

    The one output of a binary task is the second class's, with 0 for the first: their softmax
    and cross-entropy are then its sigmoid and binary cross-entropy.
    """
    return (0.0, outputs[0]) if task == "binary" else outputs


def cross_entropy(logits: Sequence[float], label: int) -> float:
    """The negative logarithm of the probability of class ``label``; NaN for broken logits."""
    if not all(map(math.isfinite, logits)):
        return math.nan
    top = max(logits)
    return math.log(math.fsum(math.exp(value - top) for value in logits)) + top - logits[label]


def argmax(values: Sequence[float]) -> int:
    """The place of the largest value; of equals the first."""
    return values.index(max(values))


def rank(logits: Sequence[float], label: int) -> int:
    """How many classes go before ``label``; 0 if it is the predicted one."""
    own = logits[label]
    if not math.isfinite(own):
        return len(logits)
    before = sum(value > own for value in logits)
    return before + sum(value == own for value in logits[:label])


def top_k(ranks: Sequence[int], classes: int) -> tuple[float, ...]:
    """The share of items of rank below 1, 2, ... up to 5 or the number of classes."""
    size = len(ranks) or 1
    return tuple(sum(rank < k for rank in ranks) / size for k in range(1, min(TOP, classes) + 1))


def confusion_matrix(actual: Sequence[int], predicted: Sequence[int], classes: int) -> Matrix:
    """How many items of each actual class (row) were predicted as each class (column)."""
    counts = [[0] * classes for _ in range(classes)]
    for row, column in zip(actual, predicted, strict=True):
        counts[row][column] += 1
    return tuple(map(tuple, counts))


def class_metrics(confusion: Matrix, names: Sequence[str]) -> tuple[ClassMetrics, ...]:
    """Precision, recall and F1 of each class."""
    columns = [sum(column) for column in zip(*confusion, strict=True)]
    return tuple(
        ClassMetrics(
            name=name,
            precision=_share(row[index], columns[index]),
            recall=_share(row[index], sum(row)),
            f1=_share(2 * row[index], sum(row) + columns[index]),
            support=sum(row),
            predicted=columns[index],
        )
        for index, (name, row) in enumerate(zip(names, confusion, strict=True))
    )


def _share(part: int, whole: int) -> float:
    return part / whole if whole else 0.0


def macro_averages(per_class: Sequence[ClassMetrics]) -> Averages:
    """The plain means over all classes, also those without items."""
    size = len(per_class) or 1
    return Averages(
        precision=sum(item.precision for item in per_class) / size,
        recall=sum(item.recall for item in per_class) / size,
        f1=sum(item.f1 for item in per_class) / size,
    )


def calibration(
    confidences: Sequence[float], is_right: Sequence[bool]
) -> tuple[CalibrationBin, ...]:
    """The reliability table: ten bins of equal width."""
    edges = [index / BINS for index in range(BINS + 1)]
    counts, sums, right = [0] * BINS, [0.0] * BINS, [0] * BINS
    for confidence, hit in zip(confidences, is_right, strict=True):
        place = bisect_left(edges, confidence, 1, BINS) - 1
        counts[place] += 1
        sums[place] += confidence
        right[place] += hit
    return tuple(
        CalibrationBin(
            lower=edges[place],
            upper=edges[place + 1],
            count=counts[place],
            confidence=sums[place] / counts[place] if counts[place] else 0.0,
            accuracy=_share(right[place], counts[place]),
        )
        for place in range(BINS)
    )


def calibration_error(bins: Sequence[CalibrationBin]) -> float:
    """The expected calibration error: the mean gap of accuracy and confidence over all items."""
    size = sum(item.count for item in bins) or 1
    return sum(item.count * abs(item.accuracy - item.confidence) for item in bins) / size
