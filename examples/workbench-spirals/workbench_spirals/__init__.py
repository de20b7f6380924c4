"""Spirals for the workbench: points in the plane, and a network that tells them apart.

Nothing heavy is imported here: this module is loaded each time the workbench starts.
"""

from workbench.api import hookimpl

from .dataset import DATASETS
from .model import MODELS

WORKBENCH_API_VERSION = 1


@hookimpl
def workbench_datasets():
    """The points."""
    return DATASETS


@hookimpl
def workbench_models():
    """The network."""
    return MODELS
