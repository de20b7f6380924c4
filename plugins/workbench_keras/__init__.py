"""The Keras plugin: MNIST, models, optimizers and a backend on TensorFlow."""

from workbench.api import BackendSpec, DatasetSpec, ModelSpec, OptimizerSpec, hookimpl
from workbench_keras.backend_specs import BACKENDS
from workbench_keras.datasets import DATASETS
from workbench_keras.model_specs import MODELS
from workbench_keras.optimizer_specs import OPTIMIZERS


@hookimpl
def workbench_datasets() -> tuple[DatasetSpec, ...]:
    """The datasets of this plugin."""
    return DATASETS


@hookimpl
def workbench_models() -> tuple[ModelSpec, ...]:
    """The models of this plugin."""
    return MODELS


@hookimpl
def workbench_optimizers() -> tuple[OptimizerSpec, ...]:
    """The optimizers of this plugin."""
    return OPTIMIZERS


@hookimpl
def workbench_backends() -> tuple[BackendSpec, ...]:
    """The backend of this plugin."""
    return BACKENDS
