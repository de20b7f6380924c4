"""The optimizers, built for a model's parameters."""

from collections.abc import Iterable

from torch.nn import Parameter
from torch.optim import SGD, Adam, AdamW

from workbench_pytorch.optimizer_specs import AdamOptions, AdamWOptions, SgdOptions


def build_sgd(parameters: Iterable[Parameter], options: SgdOptions) -> SGD:
    """Stochastic gradient descent."""
    return SGD(
        parameters,
        lr=options.lr,
        momentum=options.momentum,
        dampening=options.dampening,
        weight_decay=options.weight_decay,
        nesterov=options.nesterov,
    )


def build_adam(parameters: Iterable[Parameter], options: AdamOptions) -> Adam:
    """Adam."""
    return Adam(
        parameters,
        lr=options.lr,
        betas=(options.beta1, options.beta2),
        eps=options.eps,
        weight_decay=options.weight_decay,
        amsgrad=options.amsgrad,
    )


def build_adamw(parameters: Iterable[Parameter], options: AdamWOptions) -> AdamW:
    """Adam with decoupled weight decay."""
    return AdamW(
        parameters,
        lr=options.lr,
        betas=(options.beta1, options.beta2),
        eps=options.eps,
        weight_decay=options.weight_decay,
        amsgrad=options.amsgrad,
    )
