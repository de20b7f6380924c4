"""Checkpoints: complete folders that are never changed in place."""

from workbench.core.checkpoints.manifest import Manifest, Metrics
from workbench.core.checkpoints.retention import superseded
from workbench.core.checkpoints.store import (
    Checkpoint,
    find_checkpoint,
    is_whole,
    list_checkpoints,
    save_checkpoint,
    sweep,
    verify,
)

__all__ = [
    "Checkpoint",
    "Manifest",
    "Metrics",
    "find_checkpoint",
    "is_whole",
    "list_checkpoints",
    "save_checkpoint",
    "superseded",
    "sweep",
    "verify",
]
