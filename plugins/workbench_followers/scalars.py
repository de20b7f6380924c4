"""What a run's events say in numbers, as every tracker draws them."""

from collections.abc import Iterator
from dataclasses import dataclass

from workbench.api import Event, option
from workbench.api.events import BatchesTrained, EpochTested, LossReported


@dataclass(frozen=True)
class ScalarOptions:
    """The options of a follower that reports numbers."""

    every_batch: bool = option(
        False, help="The loss of each batch, not only of each that has a line in the log."
    )


@dataclass(frozen=True)
class Point:
    """Numbers after ``step`` batches of the run, at a Unix time in seconds."""

    step: int
    epoch: int
    time: float
    values: dict[str, float]


NAMES = (
    "train/loss",
    "train/learning_rate",
    "test/loss",
    "test/accuracy",
    "test/mae",
    "test/mse",
)


class Scalars:
    """Reads points from events; it remembers the learning rate of the last batches."""

    def __init__(self, options: ScalarOptions) -> None:
        self._every_batch = options.every_batch
        self._learning_rate: float | None = None

    def of(self, event: Event) -> Iterator[Point]:
        """The points of an event; most have none."""
        match event:
            case BatchesTrained():
                self._learning_rate = event.learning_rate
                if self._every_batch:
                    yield from self._batches(event)
            case LossReported() if not self._every_batch:
                yield self._trained(event.step, event, float(event.loss))
            case EpochTested():
                values = {"test/loss": float(event.loss)}
                measures = {"accuracy": event.accuracy, "mae": event.mae, "mse": event.mse}
                for name, value in measures.items():
                    if value is not None:  # a regression has errors instead of an accuracy
                        values[f"test/{name}"] = float(value)
                yield Point(event.step, event.epoch, event.time, values)

    def _batches(self, event: BatchesTrained) -> Iterator[Point]:
        first = event.step - len(event.losses) + 1
        for step, loss in enumerate(event.losses, first):
            yield self._trained(step, event, float(loss))

    def _trained(self, step: int, event: BatchesTrained | LossReported, loss: float) -> Point:
        values = {"train/loss": loss}
        if self._learning_rate is not None:
            values["train/learning_rate"] = self._learning_rate
        return Point(step, event.epoch, event.time, values)
