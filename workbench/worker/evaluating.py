"""Evaluating a whole split: what the trainer says, and what its logits say of each item."""

import time
from collections.abc import Iterator
from typing import Any

from workbench.api.data import Split
from workbench.api.events import number
from workbench.api.training import SupportsItemLosses, Trainer
from workbench.core.evaluation import EvaluationResult
from workbench.core.evaluation.metrics import class_logits
from workbench.core.evaluation.regression import ErrorScorer
from workbench.core.evaluation.scoring import Scorer
from workbench.core.plan import Plan
from workbench.worker.samples import check_outputs, default_loss, item_losses
from workbench.worker.setup import Prepared

# Items whose inputs and logits are in memory at once.
_CHUNK = 2048


def evaluate_split(
    trainer: Trainer,
    prepared: Prepared,
    split: str,
    *,
    plan: Plan,
    run: str,
    step: int,
    checkpoint: str = "",
) -> EvaluationResult:
    """Evaluate the model as it is. Raises :class:`UserError` if it has other classes."""
    began = time.perf_counter()
    told = trainer.evaluate(split)
    info = prepared.info
    is_regression = info.task == "regression"
    scorer = ErrorScorer(info.targets) if is_regression else Scorer(info.classes)
    items = prepared.loaded.splits[split]
    for chunk in _chunks(len(items), plan.data.batch_size):
        outputs, labels = trainer.logits(split, chunk), _labels(items, chunk)
        check_outputs(outputs, info)
        losses = item_losses(trainer, info, outputs, labels)
        scorer.add([class_logits(row, info.task) for row in outputs], labels, losses)
    return EvaluationResult(
        run=run,
        checkpoint=checkpoint,
        step=step,
        split=split,
        dataset=info.name,
        source=prepared.loaded.source,
        is_sample=prepared.loaded.is_sample,
        classes=info.classes,
        created=time.time(),
        elapsed_s=time.perf_counter() - began,
        loss=number(told.loss),
        correct=told.correct,
        size=told.size,
        item_loss=plan.run.loss if isinstance(trainer, SupportsItemLosses) else default_loss(info),
        **vars(scorer.scores()),
    )


def _chunks(size: int, batch_size: int) -> Iterator[range]:
    """Whole batches, so that a backend may compute them as it does when it evaluates."""
    length = batch_size * max(1, _CHUNK // batch_size)
    for start in range(0, size, length):
        yield range(start, min(start + length, size))


def _labels(items: Split, indices: range) -> list[Any]:
    arrays = items.arrays()
    if arrays is None:
        return [items[index][1] for index in indices]
    labels: list[Any] = arrays[1][indices.start : indices.stop].tolist()
    return labels
