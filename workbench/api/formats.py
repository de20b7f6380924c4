"""The lines of a run's log. Both backends print the same; they must not drift."""

from collections.abc import Sequence

EPOCH_RULE = "-" * 31
DONE_LINE = "Done!"


def epoch_lines(epoch: int) -> tuple[str, str]:
    """The two lines above an epoch, counted from 0."""
    return f"Epoch {epoch}", EPOCH_RULE


def loss_line(loss: float, current: int, size: int) -> str:
    """A batch's loss, the number of items trained on in this epoch, and the split's length."""
    return f"loss: {loss:>7f}  [{current:>5d}/{size:>5d}]"


def test_lines(accuracy: float, loss: float) -> tuple[str, str, str]:
    """The three lines after an epoch; ``accuracy`` from 0 to 1, ``loss`` the mean of batches."""
    return "Test Error: ", f" Accuracy: {100 * accuracy:>0.1f}%, Avg loss: {loss:>8f} ", ""


def error_lines(mae: float, mse: float, loss: float) -> tuple[str, str, str]:
    """The three lines of a regression: mean absolute and squared error, mean loss of batches."""
    errors = f" MAE: {mae:>8f}, MSE: {mse:>8f}, Avg loss: {loss:>8f} "
    return "Test Error: ", errors, ""


def values_text(values: Sequence[float], targets: Sequence[str]) -> str:
    """What is said or known of an item of a regression, e.g. ``21.3`` or ``x 1.2, y 0.4``."""
    if len(values) == 1:
        return f"{values[0]:.6g}"
    return ", ".join(f"{name} {value:.6g}" for name, value in zip(targets, values, strict=True))


def prediction_line(predicted: str, actual: str) -> str:
    """One sample prediction, by class name or values."""
    return f'Predicted: "{predicted}", Actual: "{actual}"'
