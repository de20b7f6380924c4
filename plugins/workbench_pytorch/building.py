"""What a plugin, or a person's own function, builds for a trainer."""

from typing import Any

from torch import nn
from torch.optim import Optimizer

from workbench.api import TrainerContext, UserError


def built_model(context: TrainerContext) -> nn.Module:
    """The model. Raises :class:`UserError` for what is none, such as a forgotten ``return``."""
    model = context.build_model()
    if not isinstance(model, nn.Module):
        raise UserError(
            f"The model's function gave {type(model).__name__}; return a torch.nn.Module from it."
        )
    return model


def built_optimizer(context: TrainerContext, trainable: list[nn.Parameter]) -> Optimizer:
    """The optimizer. What wraps one and steps as it does is one too."""
    optimizer: Any = context.build_optimizer(trainable)
    if not hasattr(optimizer, "param_groups"):
        raise UserError(
            f"The optimizer's function gave {type(optimizer).__name__}; return a "
            "torch.optim.Optimizer from it."
        )
    checked: Optimizer = optimizer
    return checked
