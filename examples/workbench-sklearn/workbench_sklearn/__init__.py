"""scikit-learn for the workbench: a linear model, a multilayer perceptron, and their descent.

Nothing heavy is imported here: this module is loaded each time the workbench starts.
"""

from workbench.api import hookimpl

from .specs import BACKENDS, MODELS, OPTIMIZERS

WORKBENCH_API_VERSION = 1


@hookimpl
def workbench_models():
    """Two estimators that learn batch by batch."""
    return MODELS


@hookimpl
def workbench_optimizers():
    """Plain descent, and Adam for the perceptron."""
    return OPTIMIZERS


@hookimpl
def workbench_backends():
    """scikit-learn itself."""
    return BACKENDS
