"""The optimizers that can be picked, without Keras; names and defaults are Keras's own."""

from dataclasses import dataclass

from workbench.api import OptimizerSpec, option


@dataclass(frozen=True)
class SgdOptions:
    """Options of stochastic gradient descent."""

    lr: float = option(0.01, help="Learning rate.", gt=0)
    momentum: float = option(0.0, help="Share of the last step that is kept.", ge=0, lt=1)
    nesterov: bool = option(False, help="Nesterov momentum: look ahead before each step.")
    weight_decay: float | None = option(None, help="Decay of the weights at each step.", ge=0)


@dataclass(frozen=True)
class AdamOptions:
    """Options of Adam."""

    lr: float = option(1e-3, help="Learning rate.", gt=0)
    beta_1: float = option(0.9, help="Decay of the running mean of gradients.", ge=0, lt=1)
    beta_2: float = option(0.999, help="Decay of the running mean of their squares.", ge=0, lt=1)
    epsilon: float = option(1e-7, help="Added to the denominator against division by zero.", gt=0)
    amsgrad: bool = option(False, help="Use the largest running mean of squares so far.")
    weight_decay: float | None = option(None, help="Decay of the weights at each step.", ge=0)


@dataclass(frozen=True)
class AdamWOptions:
    """Options of AdamW."""

    lr: float = option(1e-3, help="Learning rate.", gt=0)
    beta_1: float = option(0.9, help="Decay of the running mean of gradients.", ge=0, lt=1)
    beta_2: float = option(0.999, help="Decay of the running mean of their squares.", ge=0, lt=1)
    epsilon: float = option(1e-7, help="Added to the denominator against division by zero.", gt=0)
    amsgrad: bool = option(False, help="Use the largest running mean of squares so far.")
    weight_decay: float = option(0.004, help="Decay of the weights at each step.", ge=0)


@dataclass(frozen=True)
class RmspropOptions:
    """Options of RMSprop."""

    lr: float = option(1e-3, help="Learning rate.", gt=0)
    rho: float = option(0.9, help="Decay of the running mean of squared gradients.", ge=0, lt=1)
    momentum: float = option(0.0, help="Share of the last step that is kept.", ge=0, lt=1)
    epsilon: float = option(1e-7, help="Added to the denominator against division by zero.", gt=0)
    centered: bool = option(False, help="Divide by the variance instead of the mean square.")
    weight_decay: float | None = option(None, help="Decay of the weights at each step.", ge=0)


OPTIMIZERS = (
    OptimizerSpec(
        name="adam",
        backend="keras",
        title="Adam",
        description="Steps scaled for each weight by running means of its gradient.",
        build="workbench_keras.optimizers:build_adam",
        options=AdamOptions,
    ),
    OptimizerSpec(
        name="adamw",
        backend="keras",
        title="AdamW",
        description="Adam with weight decay.",
        build="workbench_keras.optimizers:build_adamw",
        options=AdamWOptions,
    ),
    OptimizerSpec(
        name="sgd",
        backend="keras",
        title="SGD",
        description="Stochastic gradient descent, with momentum if wanted.",
        build="workbench_keras.optimizers:build_sgd",
        options=SgdOptions,
    ),
    OptimizerSpec(
        name="rmsprop",
        backend="keras",
        title="RMSprop",
        description="Steps divided for each weight by a running mean of its squared gradient.",
        build="workbench_keras.optimizers:build_rmsprop",
        options=RmspropOptions,
    ),
)
