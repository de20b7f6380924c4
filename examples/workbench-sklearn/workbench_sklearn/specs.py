"""What can be picked. scikit-learn is imported only when a run's process calls these factories."""

from dataclasses import dataclass

from workbench.api import (
    BackendSpec,
    ExportFormat,
    LossSpec,
    ModelSpec,
    OptimizerSpec,
    option,
)

BACKEND = "sklearn"


@dataclass(frozen=True)
class LinearOptions:
    """Options of the linear model."""

    alpha: float = option(1e-4, help="Strength of the penalty on weights.", ge=0)


@dataclass(frozen=True)
class MlpOptions:
    """Options of the multilayer perceptron."""

    hidden: tuple[int, ...] = option((100,), help="Width of each hidden layer.", ge=1)
    activation: str = option(
        "relu", help="What follows a hidden layer.", choices=("relu", "tanh", "logistic")
    )
    alpha: float = option(1e-4, help="Strength of the penalty on weights.", ge=0)


@dataclass(frozen=True)
class SgdOptions:
    """Options of plain descent."""

    lr: float = option(0.1, help="Learning rate.", gt=0)


@dataclass(frozen=True)
class AdamOptions:
    """Options of Adam."""

    lr: float = option(1e-3, help="Learning rate.", gt=0)
    beta_1: float = option(0.9, help="Decay of the mean of gradients.", ge=0, lt=1)
    beta_2: float = option(0.999, help="Decay of the mean of their squares.", ge=0, lt=1)


def build_linear(_dataset, options):
    """A linear model with the logistic loss."""
    from .estimators import Linear

    return Linear(options)


def build_mlp(_dataset, options):
    """A multilayer perceptron."""
    from .estimators import Perceptron

    return Perceptron(options)


def use_sgd(model, _options):
    """The model's ``parameters`` are the model itself here: an estimator has its own optimizer."""
    model.use("sgd", {})
    return model


def use_adam(model, options):
    """Likewise."""
    model.use("adam", {"beta_1": options.beta_1, "beta_2": options.beta_2})
    return model


def create_trainer(context):
    """Called in a run's own process, so scikit-learn is imported there and not here."""
    from .trainer import SklearnTrainer

    return SklearnTrainer(context)


MODELS = (
    ModelSpec(
        name="sklearn-mlp",
        backend=BACKEND,
        title="MLPClassifier",
        description="A multilayer perceptron of scikit-learn.",
        build=build_mlp,
        options=MlpOptions,
    ),
    ModelSpec(
        name="sklearn-linear",
        backend=BACKEND,
        title="SGDClassifier",
        description="Logistic regression of scikit-learn, one class against the rest.",
        build=build_linear,
        options=LinearOptions,
    ),
)
OPTIMIZERS = (
    OptimizerSpec(
        name="sklearn-sgd",
        backend=BACKEND,
        title="Gradient descent",
        description="One step down the gradient.",
        build=use_sgd,
        options=SgdOptions,
    ),
    OptimizerSpec(
        name="sklearn-adam",
        backend=BACKEND,
        title="Adam",
        description="Steps scaled by running means; for MLPClassifier.",
        build=use_adam,
        options=AdamOptions,
    ),
)
BACKENDS = (
    BackendSpec(
        name=BACKEND,
        title="scikit-learn",
        description="Trains estimators of scikit-learn batch by batch, on the CPU.",
        create_trainer=create_trainer,
        requires=("sklearn",),
        install="pip install scikit-learn",
        distributions=("scikit-learn", "numpy"),
        losses=(LossSpec(name="cross-entropy", title="Cross-entropy of the probabilities"),),
        exports=(ExportFormat(name="npz", suffix=".npz", title="Weights as NumPy arrays"),),
        imports=(".npz",),
        default_plan={
            "loss": "cross-entropy",
            "model": {"name": "sklearn-mlp"},
            "optimizer": {"name": "sklearn-sgd"},
            "data": {"batch_size": 64, "shuffle": True},
        },
    ),
)
