"""Where in its plan a run is."""

from dataclasses import dataclass


@dataclass
class Position:
    """The next epoch and batch to train, and what the run has reached so far.

    ``best_*`` are the best of the run; ``accuracy`` and ``loss`` are those of the test at
    exactly this step, if there was one. ``elapsed_s`` counts training and testing only.
    """

    epoch: int = 0
    batch: int = 0
    epochs: int = 0
    learning_rate: float = 0.0
    accuracy: float | None = None
    loss: float | None = None
    last_accuracy: float | None = None
    best_accuracy: float | None = None
    best_loss: float | None = None
    epochs_since_best: int = 0
    elapsed_s: float = 0.0

    def step(self, steps_per_epoch: int) -> int:
        """Batches trained in the whole run."""
        return self.epoch * steps_per_epoch + self.batch

    def record_test(self, accuracy: float | None, loss: float, metric: str) -> bool:
        """Take in the result of a test; whether it is the run's best by ``metric``.

        A regression has no accuracy, so that its best is by loss.
        """
        is_better_accuracy = accuracy is not None and (
            self.best_accuracy is None or accuracy > self.best_accuracy
        )
        is_better_loss = self.best_loss is None or loss < self.best_loss
        self.accuracy = self.last_accuracy = accuracy
        self.loss = loss
        if is_better_accuracy:
            self.best_accuracy = accuracy
        if is_better_loss:
            self.best_loss = loss
        is_by_accuracy = metric == "accuracy" and accuracy is not None
        is_best = is_better_accuracy if is_by_accuracy else is_better_loss
        self.epochs_since_best = 0 if is_best else self.epochs_since_best + 1
        return is_best
