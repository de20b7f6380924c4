import pytest

from workbench.core.evaluation import EvaluationResult
from workbench.core.evaluation.metrics import cross_entropy
from workbench.core.evaluation.scoring import Scorer


@pytest.fixture
def result():
    """Six items of three classes: right, wrong, right, wrong (sure), right (barely), wrong."""
    classes = ("ankle boot", "bag", "coat")
    logits = [[4, 0, 0], [0, 2, 1], [0, 0, 3], [9, 0, 0], [1, 1.1, 0], [0, 1, 0]]
    labels = [0, 2, 2, 1, 1, 2]
    scorer = Scorer(classes)
    scorer.add(logits, labels, map(cross_entropy, logits, labels))
    return EvaluationResult(
        run="quiet-otter",
        checkpoint="step-00000010",
        step=10,
        split="test",
        dataset="shoes",
        source="data folder",
        is_sample=False,
        classes=classes,
        created=1.0,
        elapsed_s=0.5,
        loss=0.75,
        correct=3,
        size=6,
        **vars(scorer.scores()),
    )
