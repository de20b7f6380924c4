"""Datasets: where their files come from, reading them, and what a screen shows of them."""

from workbench.core.data.chain import Fetched, Loaded, fetch, info_of, load_splits
from workbench.core.data.folder import DataStatus, has_checksums, is_own, status
from workbench.core.data.importing import import_folder
from workbench.core.data.progress import Attempt, OnProgress, Progress

__all__ = [
    "Attempt",
    "DataStatus",
    "Fetched",
    "Loaded",
    "OnProgress",
    "Progress",
    "fetch",
    "has_checksums",
    "import_folder",
    "info_of",
    "is_own",
    "load_splits",
    "status",
]
