"""The losses by name and task, each of a model's outputs and a batch's labels.

Multi-class: logits ``(batch, classes)`` and int64 labels ``(batch,)``. Binary: one logit
``(batch, 1)`` and the same labels. Regression: values and labels ``(batch, targets)``, float32.
"""

import copy
from collections.abc import Callable

from torch import Tensor, nn

from workbench.api import UserError

Loss = Callable[[Tensor, Tensor], Tensor]


class OneHotMSELoss(nn.Module):
    """``nn.MSELoss`` of the logits themselves, without softmax, to one-hot float labels."""

    def __init__(self) -> None:
        super().__init__()
        self.mse = nn.MSELoss()

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The mean over batch and classes."""
        one_hot = nn.functional.one_hot(labels, logits.shape[1])
        return self.mse(logits, one_hot.to(logits.dtype))


class BinaryCrossEntropyLoss(nn.Module):
    """``nn.BCEWithLogitsLoss`` of the one logit to labels 0 and 1."""

    def __init__(self) -> None:
        super().__init__()
        self.bce = nn.BCEWithLogitsLoss()

    def forward(self, logits: Tensor, labels: Tensor) -> Tensor:
        """The mean over the batch."""
        return self.bce(logits, labels.unsqueeze(1).to(logits.dtype))


_LOSSES: dict[tuple[str, str], type[nn.Module]] = {
    ("cross-entropy", "multiclass"): nn.CrossEntropyLoss,
    ("mse", "multiclass"): OneHotMSELoss,
    ("bce", "binary"): BinaryCrossEntropyLoss,
    ("mse", "regression"): nn.MSELoss,
}


def create_loss(name: str, task: str) -> nn.Module:
    """The loss of that name for a task, or :class:`UserError`."""
    if (name, task) not in _LOSSES:
        fitting = [loss for loss, fitted in _LOSSES if fitted == task]
        raise UserError(f'There is no loss "{name}" for {task}; choose {" or ".join(fitting)}.')
    return _LOSSES[name, task]()


def each_item(loss: nn.Module) -> Loss:
    """The loss of each item ``(batch,)`` instead of their mean."""
    unreduced = copy.deepcopy(loss)
    for part in unreduced.modules():
        if hasattr(part, "reduction"):
            part.reduction = "none"

    def losses(logits: Tensor, labels: Tensor) -> Tensor:
        found: Tensor = unreduced(logits, labels)
        return found.flatten(1).mean(1) if found.ndim > 1 else found

    return losses
