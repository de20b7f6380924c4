"""``torch.compile`` with errors that a person can act on."""

from collections.abc import Callable

import torch
from torch import Tensor, nn

from workbench.api import UserError

Forward = Callable[[Tensor], Tensor]


def compiled(model: nn.Module, *, cuda_graphs: bool = False) -> Forward:
    """The model's forward pass, compiled on its first call.

    That call raises :class:`UserError` where this machine can't compile the model. With
    ``cuda_graphs`` the kernels of a pass are launched as one, and an output holds until the
    next call only.
    """
    forward = torch.compile(model, mode="reduce-overhead" if cuda_graphs else None)

    def call(inputs: Tensor) -> Tensor:
        if cuda_graphs:
            torch.compiler.cudagraph_mark_step_begin()
        try:
            result: Tensor = forward(inputs)
        except torch._dynamo.exc.TorchDynamoException as error:
            reason = str(error).strip().splitlines()[0]
            raise UserError(
                f"The model can't be compiled here ({reason}); set backend.compile to false."
            ) from error
        return result

    return call
