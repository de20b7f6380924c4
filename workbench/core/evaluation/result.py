"""The result of evaluating a model on a split."""

import msgspec

from workbench.api.events import Evaluated, Number, number

FORMAT = 1


class ClassMetrics(msgspec.Struct, frozen=True):
    """One class against all others; each from 0 to 1, and 0 where it would divide by zero.

    ``support`` is how many items have this class, ``predicted`` how many are taken for it.
    """

    name: str
    precision: float
    recall: float
    f1: float
    support: int
    predicted: int


class Averages(msgspec.Struct, frozen=True):
    """The plain means over all classes (the field calls them macro averages)."""

    precision: float
    recall: float
    f1: float


class CalibrationBin(msgspec.Struct, frozen=True):
    """The items whose confidence is above ``lower`` and at most ``upper``.

    ``confidence`` is their mean confidence, ``accuracy`` the share that is right; both 0
    where ``count`` is 0.
    """

    lower: float
    upper: float
    count: int
    confidence: float
    accuracy: float


class TargetErrors(msgspec.Struct, frozen=True):
    """How far one value of a regression is off, over all items.

    ``bias`` is the mean of predicted less actual. ``r2`` is the coefficient of determination:
    1 for a perfect model, 0 for one that always says the mean; ``None`` where the actual
    values are all the same.
    """

    name: str
    mae: Number
    mse: Number
    bias: Number
    r2: Number | None


class RegressionErrors(msgspec.Struct, frozen=True):
    """The errors of each target."""

    targets: tuple[TargetErrors, ...]

    @property
    def mae(self) -> float:
        """The mean absolute error over all targets."""
        return sum(float(item.mae) for item in self.targets) / len(self.targets)

    @property
    def mse(self) -> float:
        """The mean squared error over all targets."""
        return sum(float(item.mse) for item in self.targets) / len(self.targets)


class ItemColumns(msgspec.Struct, frozen=True, kw_only=True):
    """What the model says of each item of the split, one value an item in each column.

    ``actual`` and ``predicted`` are class indices. ``confidence`` is the probability of the
    predicted class, ``margin`` how far it is above the next; ``loss`` is that of the item alone.

    A regression has ``outputs`` and ``targets`` instead, predicted and actual values of each
    item.
    """

    loss: tuple[Number, ...]
    actual: tuple[int, ...] = ()
    predicted: tuple[int, ...] = ()
    confidence: tuple[float, ...] = ()
    margin: tuple[float, ...] = ()
    outputs: tuple[tuple[Number, ...], ...] = ()
    targets: tuple[tuple[float, ...], ...] = ()


class EvaluationResult(msgspec.Struct, frozen=True, kw_only=True, tag="EvaluationResult"):
    """A model's evaluation on a split.

    ``checkpoint`` is empty for a live run's model as it was after ``step`` batches.
    ``loss`` (the mean of the batches' mean losses), ``correct`` and ``size`` are what the
    trainer says; all else is computed from the logits. ``top_k[k-1]`` is the share of items
    whose class is among the ``k`` likeliest. ``confusion[actual][predicted]`` counts items.
    ``item_loss`` is the name of the items' loss: the plan's, or cross-entropy where the
    backend can't say the loss of one item.
    ``calibration_error`` is the expected calibration error over ``calibration``. ``source``
    says where the data came from. Times are Unix seconds, shares from 0 to 1.

    For regression there are ``errors``, and nothing of what is about classes.
    """

    format: int = FORMAT
    run: str
    checkpoint: str
    step: int
    split: str
    dataset: str
    source: str
    is_sample: bool
    classes: tuple[str, ...]
    created: float
    elapsed_s: float
    loss: Number
    correct: int | None
    size: int
    items: ItemColumns
    item_loss: str = "cross-entropy"
    top_k: tuple[float, ...] = ()
    per_class: tuple[ClassMetrics, ...] = ()
    macro: Averages | None = None
    confusion: tuple[tuple[int, ...], ...] = ()
    calibration_error: float | None = None
    calibration: tuple[CalibrationBin, ...] = ()
    errors: RegressionErrors | None = None

    @property
    def accuracy(self) -> float | None:
        """The share of items classified right; ``None`` for regression."""
        if self.correct is None:
            return None
        return self.correct / self.size if self.size else 0.0

    @property
    def model(self) -> str:
        """Which model this is, as a person names it: ``RUN@CHECKPOINT``, or the run alone."""
        return f"{self.run}@{self.checkpoint}" if self.checkpoint else self.run


def evaluated(result: EvaluationResult) -> Evaluated:
    """The event of a result."""
    errors = result.errors
    return Evaluated(
        split=result.split,
        step=result.step,
        accuracy=result.accuracy,
        loss=result.loss,
        correct=result.correct,
        size=result.size,
        is_sample=result.is_sample,
        mae=number(errors.mae) if errors else None,
        mse=number(errors.mse) if errors else None,
    )
