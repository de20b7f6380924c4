"""Evaluations: every number of a whole split, as plain values that a screen can show and filter."""

from workbench.core.evaluation.epochs import (
    epoch_samples,
    samples_by_epoch,
    with_shared_pixels,
)
from workbench.core.evaluation.filtering import ItemFilter, most_confused, select
from workbench.core.evaluation.metrics import softmax
from workbench.core.evaluation.result import (
    Averages,
    CalibrationBin,
    ClassMetrics,
    EvaluationResult,
    ItemColumns,
    RegressionErrors,
    TargetErrors,
    evaluated,
)
from workbench.core.evaluation.store import (
    keep_evaluation,
    keep_live_evaluation,
    list_evaluations,
    read_evaluation,
    read_live_evaluation,
)

__all__ = [
    "Averages",
    "CalibrationBin",
    "ClassMetrics",
    "EvaluationResult",
    "ItemColumns",
    "ItemFilter",
    "RegressionErrors",
    "TargetErrors",
    "epoch_samples",
    "evaluated",
    "keep_evaluation",
    "keep_live_evaluation",
    "list_evaluations",
    "most_confused",
    "read_evaluation",
    "read_live_evaluation",
    "samples_by_epoch",
    "select",
    "softmax",
    "with_shared_pixels",
]
