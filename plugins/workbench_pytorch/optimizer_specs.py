"""The optimizers that can be picked, without PyTorch."""

from dataclasses import dataclass

from workbench.api import OptimizerSpec, UserError, option


@dataclass(frozen=True)
class SgdOptions:
    """Options of stochastic gradient descent."""

    lr: float = option(1e-3, help="Learning rate.", gt=0)
    momentum: float = option(0.0, help="Share of the last step that is kept.", ge=0, lt=1)
    dampening: float = option(0.0, help="Damps the gradient's part in the momentum.", ge=0, le=1)
    weight_decay: float = option(0.0, help="L2 penalty on the weights.", ge=0)
    nesterov: bool = option(False, help="Nesterov momentum: look ahead before each step.")

    def __post_init__(self) -> None:
        if self.nesterov and (self.momentum == 0 or self.dampening != 0):
            raise UserError(
                "optimizer.nesterov needs optimizer.momentum above 0 and optimizer.dampening 0, "
                f"but they are {self.momentum:g} and {self.dampening:g}; change them or turn "
                "nesterov off."
            )


@dataclass(frozen=True)
class AdamOptions:
    """Options of Adam."""

    lr: float = option(1e-3, help="Learning rate.", gt=0)
    beta1: float = option(0.9, help="Decay of the running mean of gradients.", ge=0, lt=1)
    beta2: float = option(0.999, help="Decay of the running mean of their squares.", ge=0, lt=1)
    eps: float = option(1e-8, help="Added to the denominator against division by zero.", gt=0)
    weight_decay: float = option(0.0, help="L2 penalty on the weights.", ge=0)
    amsgrad: bool = option(False, help="Use the largest running mean of squares so far.")


@dataclass(frozen=True)
class AdamWOptions:
    """Options of AdamW."""

    lr: float = option(1e-3, help="Learning rate.", gt=0)
    beta1: float = option(0.9, help="Decay of the running mean of gradients.", ge=0, lt=1)
    beta2: float = option(0.999, help="Decay of the running mean of their squares.", ge=0, lt=1)
    eps: float = option(1e-8, help="Added to the denominator against division by zero.", gt=0)
    weight_decay: float = option(0.01, help="Weight decay, apart from the gradient.", ge=0)
    amsgrad: bool = option(False, help="Use the largest running mean of squares so far.")


OPTIMIZERS = (
    OptimizerSpec(
        name="sgd",
        backend="pytorch",
        title="SGD",
        description="Stochastic gradient descent, with momentum if wanted.",
        build="workbench_pytorch.optimizers:build_sgd",
        options=SgdOptions,
    ),
    OptimizerSpec(
        name="adam",
        backend="pytorch",
        title="Adam",
        description="Steps scaled for each weight by running means of its gradient.",
        build="workbench_pytorch.optimizers:build_adam",
        options=AdamOptions,
    ),
    OptimizerSpec(
        name="adamw",
        backend="pytorch",
        title="AdamW",
        description="Adam with the weight decay apart from the gradient.",
        build="workbench_pytorch.optimizers:build_adamw",
        options=AdamWOptions,
    ),
)
