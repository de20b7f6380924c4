"""The number format of a training step."""

from contextlib import AbstractContextManager, nullcontext

import torch
from torch import Tensor
from torch.optim import SGD, Adam, AdamW, Optimizer

_DTYPES = {"bf16": torch.bfloat16, "fp16": torch.float16}
_CHOICES = ("foreach", "fused", "differentiable", "capturable")


class Precision:
    """Autocast of the forward pass, and for fp16 the scaling of gradients."""

    def __init__(self, name: str, device: torch.device) -> None:
        self._dtype = _DTYPES.get(name)
        self._device_type = device.type
        self._scaler = torch.amp.GradScaler(device.type) if name == "fp16" else None

    def forward_context(self) -> AbstractContextManager[object]:
        """Around each forward pass and its loss."""
        if self._dtype is None:
            return nullcontext()
        return torch.autocast(self._device_type, dtype=self._dtype)

    def prepared(self, optimizer: Optimizer) -> Optimizer:
        """The optimizer as this format is best stepped, for those of PyTorch.

        Scaled gradients may overflow, and then the step is left out. A fused step finds that out
        on the device; any other one waits for the device in each batch, to know it here.
        """
        is_chosen = any(group.get(name) for group in optimizer.param_groups for name in _CHOICES)
        if self._scaler is None or is_chosen or type(optimizer) not in (SGD, Adam, AdamW):
            return optimizer
        groups = [{**group, "fused": True} for group in optimizer.param_groups]
        return type(optimizer)(groups, fused=True)

    def step(self, loss: Tensor, optimizer: Optimizer) -> None:
        """Gradients of the loss, and one step of the optimizer."""
        if self._scaler is None:
            loss.backward()
            optimizer.step()
        else:
            self._scaler.scale(loss).backward()
            self._scaler.step(optimizer)
            self._scaler.update()

    def state(self) -> dict[str, float]:
        """The gradient scaling as plain numbers; empty without."""
        return self._scaler.state_dict() if self._scaler else {}

    def set_state(self, state: dict[str, float]) -> None:
        """Go on from what :meth:`state` gave."""
        if self._scaler and state:
            self._scaler.load_state_dict(state)
