"""The metrics are scikit-learn's, on the same predictions."""

import math
import random

import pytest

from workbench.core.evaluation.metrics import cross_entropy
from workbench.core.evaluation.scoring import Scorer

CLASSES = ("a", "b", "c", "d", "e", "never")


@pytest.fixture(scope="module")
def metrics():
    return pytest.importorskip("sklearn.metrics")


def made(size=600, seed=3, kinds=5):
    """Logits that lean to the label; the last class has no item, the fourth is never predicted."""
    draw = random.Random(seed)
    labels = [draw.randrange(kinds) for _ in range(size)]
    logits = [[draw.gauss(0, 1) + 1.5 * (c == y) for c in range(len(CLASSES))] for y in labels]
    for row in logits:
        row[3] = -5.0
    return logits, labels


def scored(logits, labels, classes=CLASSES):
    scorer = Scorer(classes)
    for start in range(0, len(labels), 100):
        rows, kinds = logits[start : start + 100], labels[start : start + 100]
        scorer.add(rows, kinds, map(cross_entropy, rows, kinds))
    return scorer.scores()


def close(value):
    return pytest.approx(value, abs=1e-12)


def test_each_class_and_the_averages_with_nothing_to_divide_by(metrics):
    logits, labels = made()
    found = scored(logits, labels)
    predicted = [row.index(max(row)) for row in logits]

    wanted = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(6), zero_division=0
    )
    columns = ("precision", "recall", "f1", "support")
    for column, values in zip(columns, wanted, strict=True):
        assert [getattr(item, column) for item in found.per_class] == close(list(values))
    assert found.per_class[3].precision == 0  # never predicted
    assert found.per_class[5].recall == 0  # no such item
    assert [item.predicted for item in found.per_class] == [predicted.count(c) for c in range(6)]

    macro = metrics.precision_recall_fscore_support(
        labels, predicted, labels=range(6), zero_division=0, average="macro"
    )
    assert (found.macro.precision, found.macro.recall, found.macro.f1) == close(macro[:3])


def test_the_confusion_matrix_has_actual_classes_as_rows(metrics):
    logits, labels = made()
    predicted = [row.index(max(row)) for row in logits]
    wanted = metrics.confusion_matrix(labels, predicted, labels=range(6)).tolist()
    assert [list(row) for row in scored(logits, labels).confusion] == wanted


def test_top_k(metrics):
    logits, labels = made()
    wanted = [
        metrics.top_k_accuracy_score(labels, logits, k=k, labels=range(6)) for k in range(1, 6)
    ]
    assert scored(logits, labels).top_k == close(wanted)
    assert len(scored([[0.0, 1.0]], [1], "ab").top_k) == 2


def test_of_equal_logits_the_first_goes_before():
    found = scored([[1.0, 1.0, 1.0]] * 3, [0, 1, 2], "abc")
    assert found.items.predicted == (0, 0, 0)
    assert found.top_k == close((1 / 3, 2 / 3, 1.0))


def test_the_cross_entropy_of_an_item(metrics):
    logits, labels = made()
    items = scored(logits, labels).items
    shares = [[math.exp(v) / sum(map(math.exp, row)) for v in row] for row in logits]
    assert sum(items.loss) / len(labels) == pytest.approx(
        metrics.log_loss(labels, shares, labels=range(6)), rel=1e-6
    )
    tops = [sorted(row)[-2:] for row in shares]
    assert items.confidence == pytest.approx([top for _, top in tops], rel=1e-6)
    assert items.margin == pytest.approx([top - next_ for next_, top in tops], abs=1e-6)


def test_the_reliability_table(metrics):
    calibration = pytest.importorskip("sklearn.calibration")
    logits, labels = made(2000)
    found = scored(logits, labels)
    right = [a == p for a, p in zip(found.items.actual, found.items.predicted, strict=True)]
    accuracy, confidence = calibration.calibration_curve(
        right, found.items.confidence, n_bins=10, strategy="uniform"
    )
    filled = [item for item in found.calibration if item.count]
    assert [item.accuracy for item in filled] == close(list(accuracy))
    assert [item.confidence for item in filled] == pytest.approx(list(confidence), abs=1e-6)
    assert sum(item.count for item in found.calibration) == 2000
    gaps = [item.count * abs(item.accuracy - item.confidence) for item in filled]
    assert found.calibration_error == close(sum(gaps) / 2000)


def test_a_certain_model_lands_in_the_last_bin():
    found = scored([[900.0, 0.0], [900.0, 0.0]], [0, 1], "ab")
    assert [item.count for item in found.calibration] == [0] * 9 + [2]
    assert found.calibration_error == close(0.5)
    assert found.items.loss == (0.0, 900.0)


def test_logits_that_are_no_numbers_end_in_words():
    found = scored([[math.nan, 1.0], [math.inf, 1.0]], [0, 1], "ab")
    assert found.items.loss == ("nan", "nan")
    assert found.items.confidence == (0.0, 0.0)
    assert found.top_k[0] <= 0.5
