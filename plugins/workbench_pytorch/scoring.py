"""How good a model's outputs are, summed over the batches of a split on the device."""

from collections.abc import Sequence

import torch
from torch import Tensor

from workbench.api import Evaluation


class Score:
    """Counts right items, or sums the errors of a regression; read once, at the end."""

    def __init__(self, task: str, device: torch.device) -> None:
        self._task = task
        self._correct = torch.zeros((), dtype=torch.int64, device=device)
        # Apple's GPUs have no float64.
        wide = torch.float32 if device.type == "mps" else torch.float64
        self._errors = torch.zeros(2, dtype=wide, device=device)
        self._values = 0

    def add(self, outputs: Tensor, labels: Tensor) -> None:
        """The outputs of a batch and its labels."""
        if self._task == "multiclass":
            self._correct += (outputs.argmax(1) == labels).sum()
        elif self._task == "binary":
            self._correct += ((outputs[:, 0] > 0) == labels.bool()).sum()
        else:
            off = (outputs.float() - labels).to(self._errors.dtype)
            self._errors += torch.stack([off.abs().sum(), off.square().sum()])
            self._values += off.numel()

    def sums(self) -> Tensor:
        """All that was counted so far, float64 ``(4,)``."""
        values = torch.tensor([self._values], dtype=torch.float64, device=self._errors.device)
        return torch.cat([self._correct.reshape(1), self._errors, values])

    def take_sums(self, sums: Sequence[float]) -> None:
        """Count this instead: what several gave, added up."""
        self._correct = torch.tensor(int(sums[0]))
        self._errors = torch.tensor(sums[1:3], dtype=torch.float64)
        self._values = int(sums[3])

    def evaluation(self, loss: float, size: int) -> Evaluation:
        """The result of the whole split of ``size`` items."""
        if self._task != "regression":
            return Evaluation(loss, int(self._correct), size)
        mae, mse = (self._errors / max(1, self._values)).tolist()
        return Evaluation(loss, None, size, mae, mse)
