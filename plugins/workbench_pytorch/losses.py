"""The losses by name: each takes logits ``(batch, classes)`` and int64 labels ``(batch,)``."""

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


_LOSSES: dict[str, type[nn.Module]] = {"cross-entropy": nn.CrossEntropyLoss, "mse": OneHotMSELoss}


def create_loss(name: str) -> nn.Module:
    """The loss of that name, or :class:`UserError`."""
    if name not in _LOSSES:
        raise UserError(f'There is no loss "{name}"; there are {" and ".join(_LOSSES)}.')
    return _LOSSES[name]()


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
