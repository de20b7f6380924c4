"""From the logits of a split to all its metrics."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workbench.api.events import Number, number
from workbench.core.evaluation import metrics
from workbench.core.evaluation.result import (
    Averages,
    CalibrationBin,
    ClassMetrics,
    ItemColumns,
    RegressionErrors,
)


@dataclass(frozen=True)
class Scores:
    """What the logits of a split say; see :class:`EvaluationResult` for each."""

    items: ItemColumns
    top_k: tuple[float, ...] = ()
    per_class: tuple[ClassMetrics, ...] = ()
    macro: Averages | None = None
    confusion: metrics.Matrix = ()
    calibration_error: float | None = None
    calibration: tuple[CalibrationBin, ...] = ()
    errors: RegressionErrors | None = None


@dataclass
class Scorer:
    """Takes the logits of a split in chunks, in order, and keeps a few numbers of each item."""

    classes: Sequence[str]
    _actual: list[int] = field(default_factory=list)
    _predicted: list[int] = field(default_factory=list)
    _confidence: list[float] = field(default_factory=list)
    _loss: list[float] = field(default_factory=list)
    _margin: list[float] = field(default_factory=list)
    _rank: list[int] = field(default_factory=list)

    def add(
        self,
        logits: Iterable[Sequence[float]],
        labels: Iterable[int],
        losses: Iterable[float],
    ) -> None:
        """The next items: a row of logits, a class index and a loss each."""
        for row, label, loss in zip(logits, labels, losses, strict=True):
            probabilities = metrics.softmax(row)
            predicted = metrics.argmax(row)
            confidence = probabilities[predicted]
            others = (*probabilities[:predicted], *probabilities[predicted + 1 :])
            self._actual.append(label)
            self._predicted.append(predicted)
            self._confidence.append(confidence)
            self._loss.append(loss)
            self._margin.append(confidence - max(others, default=0.0))
            self._rank.append(metrics.rank(row, label))

    def scores(self) -> Scores:
        """All metrics of the items so far."""
        is_right = [a == p for a, p in zip(self._actual, self._predicted, strict=True)]
        confusion = metrics.confusion_matrix(self._actual, self._predicted, len(self.classes))
        per_class = metrics.class_metrics(confusion, self.classes)
        bins = metrics.calibration(self._confidence, is_right)
        return Scores(
            top_k=metrics.top_k(self._rank, len(self.classes)),
            per_class=per_class,
            macro=metrics.macro_averages(per_class),
            confusion=confusion,
            calibration_error=metrics.calibration_error(bins),
            calibration=bins,
            items=ItemColumns(
                actual=tuple(self._actual),
                predicted=tuple(self._predicted),
                confidence=tuple(_short(value) for value in self._confidence),
                loss=tuple(rounded(value) for value in self._loss),
                margin=tuple(_short(value) for value in self._margin),
            ),
        )


def _short(value: float) -> float:
    """A value of float32 precision, short as text."""
    return float(f"{value:.7g}")


def rounded(value: float) -> Number:
    """A value of float32 precision as an event holds it, short as text."""
    plain = number(value)
    return _short(plain) if isinstance(plain, float) else plain
