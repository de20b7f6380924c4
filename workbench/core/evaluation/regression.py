"""From the values that a model says of a split's items to their errors."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from workbench.api.events import number
from workbench.core.evaluation.result import ItemColumns, RegressionErrors, TargetErrors
from workbench.core.evaluation.scoring import Scores, rounded

Values = tuple[float, ...]


def squared_error(predicted: Sequence[float], actual: Sequence[float]) -> float:
    """The mean squared error of one item over its targets."""
    return math.fsum((p - a) ** 2 for p, a in zip(predicted, actual, strict=True)) / len(actual)


@dataclass
class ErrorScorer:
    """Takes the outputs of a split in chunks, in order."""

    targets: Sequence[str]
    _predicted: list[Values] = field(default_factory=list)
    _actual: list[Values] = field(default_factory=list)
    _loss: list[float] = field(default_factory=list)

    def add(
        self,
        outputs: Iterable[Sequence[float]],
        labels: Iterable[Sequence[float]],
        losses: Iterable[float],
    ) -> None:
        """The next items: predicted and actual values, one a target, and a loss each."""
        self._loss.extend(losses)
        for output, label in zip(outputs, labels, strict=True):
            self._predicted.append(tuple(map(float, output)))
            self._actual.append(tuple(map(float, label)))

    def scores(self) -> Scores:
        """All errors of the items so far."""
        return Scores(
            errors=RegressionErrors(
                tuple(self._errors(place, name) for place, name in enumerate(self.targets))
            ),
            items=ItemColumns(
                loss=tuple(rounded(loss) for loss in self._loss),
                outputs=tuple(tuple(map(number, values)) for values in self._predicted),
                targets=tuple(self._actual),
            ),
        )

    def _errors(self, place: int, name: str) -> TargetErrors:
        actual = [values[place] for values in self._actual]
        off = [values[place] - true for values, true in zip(self._predicted, actual, strict=True)]
        size = len(off) or 1
        mean = math.fsum(actual) / size
        squares = math.fsum(value**2 for value in off)
        spread = math.fsum((value - mean) ** 2 for value in actual)
        return TargetErrors(
            name=name,
            mae=number(math.fsum(map(abs, off)) / size),
            mse=number(squares / size),
            bias=number(math.fsum(off) / size),
            r2=number(1 - squares / spread) if spread else None,
        )
