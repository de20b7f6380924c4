"""PyTorch for the workbench: FashionMNIST, two models, three optimizers and the backend."""

from collections.abc import Iterable

from workbench.api import BackendSpec, DatasetSpec, ModelSpec, OptimizerSpec, hookimpl
from workbench_pytorch.backend_specs import BACKENDS
from workbench_pytorch.datasets import DATASETS
from workbench_pytorch.model_specs import MODELS
from workbench_pytorch.optimizer_specs import OPTIMIZERS

WORKBENCH_API_VERSION = 1


@hookimpl
def workbench_datasets() -> Iterable[DatasetSpec]:
    """FashionMNIST."""
    return DATASETS


@hookimpl
def workbench_models() -> Iterable[ModelSpec]:
    """A multilayer perceptron and a convolutional network."""
    return MODELS


@hookimpl
def workbench_optimizers() -> Iterable[OptimizerSpec]:
    """SGD, Adam and AdamW."""
    return OPTIMIZERS


@hookimpl
def workbench_backends() -> Iterable[BackendSpec]:
    """PyTorch itself."""
    return BACKENDS
