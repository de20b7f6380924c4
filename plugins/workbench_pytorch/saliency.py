"""Saliency maps: which pixels a prediction rests on."""

import torch
from torch import Tensor, nn


def saliency_rows(model: nn.Module, inputs: Tensor) -> list[list[float]]:
    """The absolute gradient of the predicted class's logit, ``(height, width)``.

    ``inputs`` is one prepared item, ``(1, channels, height, width)`` or ``(1, features)``,
    which gives one row. Of the channels the largest counts. The weights get no gradient.
    """
    inputs = inputs.detach().requires_grad_()
    with torch.enable_grad():
        (gradient,) = torch.autograd.grad(model(inputs)[0].max(), inputs)
    rows = gradient[0].abs().float()
    if rows.dim() == 3:
        rows = rows.amax(0)
    found: list[list[float]] = rows.reshape(-1, rows.shape[-1]).tolist()
    return found
