"""The errors of a regression are scikit-learn's."""

import math

import pytest
from hypothesis import given
from hypothesis import strategies as st

from workbench.core.evaluation import EvaluationResult, ItemFilter, select
from workbench.core.evaluation.metrics import class_logits, cross_entropy, softmax
from workbench.core.evaluation.regression import ErrorScorer

VALUES = st.floats(-100, 100, width=32)


@given(st.lists(st.tuples(VALUES, VALUES, VALUES, VALUES), min_size=2, max_size=30))
def test_errors_are_those_of_scikit_learn(rows):
    metrics = pytest.importorskip("sklearn.metrics")
    outputs, labels = [row[:2] for row in rows], [row[2:] for row in rows]
    scorer = ErrorScorer(("x", "y"))
    scorer.add(outputs[:1], labels[:1], [0.0])
    scorer.add(outputs[1:], labels[1:], [0.0] * (len(rows) - 1))
    errors = scorer.scores().errors
    assert errors.mae == pytest.approx(metrics.mean_absolute_error(labels, outputs))
    assert errors.mse == pytest.approx(metrics.mean_squared_error(labels, outputs))
    for place, item in enumerate(errors.targets):
        actual = [row[place] for row in labels]
        predicted = [row[place] for row in outputs]
        if item.r2 is None:
            assert len(set(actual)) == 1 or math.fsum((a - actual[0]) ** 2 for a in actual) < 1e-6
        elif max(actual) - min(actual) > 1e-3:
            assert item.r2 == pytest.approx(metrics.r2_score(actual, predicted), rel=1e-6)


def test_the_most_wrong_items_come_first():
    scorer = ErrorScorer(("x",))
    scorer.add([(1.0,), (5.0,), (3.0,)], [(1.0,), (0.0,), (1.0,)], [0.0, 25.0, 4.0])
    result = EvaluationResult(
        run="r", checkpoint="", step=1, split="test", dataset="d", source="s", is_sample=False,
        classes=(), created=0.0, elapsed_s=0.0, loss=0.0, correct=None, size=3,
        **vars(scorer.scores()),
    )  # fmt: skip
    assert result.accuracy is None
    assert select(result, ItemFilter(order="most-wrong")) == (1, 2, 0)
    assert select(result, ItemFilter(order="least-sure")) == (0, 1, 2)


@given(st.floats(-30, 30), st.sampled_from((0, 1)))
def test_one_logit_has_the_sigmoid_and_the_binary_cross_entropy(logit, label):
    logits = class_logits((logit,), "binary")
    sigmoid = 1 / (1 + math.exp(-logit))
    assert softmax(logits)[1] == pytest.approx(sigmoid)
    wanted = -math.log(sigmoid if label else 1 - sigmoid) if abs(logit) < 20 else None
    if wanted is not None:
        assert cross_entropy(logits, label) == pytest.approx(wanted, rel=1e-6, abs=1e-8)
