"""What a checkpoint says of itself."""

from typing import Any

import msgspec

from workbench.api.events import Number

FORMAT = 1


class FileEntry(msgspec.Struct, frozen=True):
    """One file of a checkpoint: SHA-256 in hex, and size."""

    sha256: str
    size_bytes: int


class Metrics(msgspec.Struct, frozen=True):
    """The test split at this step, where it was tested; ``accuracy`` from 0 to 1."""

    accuracy: float | None = None
    loss: Number | None = None


class Manifest(msgspec.Struct, frozen=True, kw_only=True):
    """``manifest.json``: where in the run this is, how good it is, and what files it has.

    ``epoch`` and ``batch`` are the next to train; ``best_accuracy`` and ``best_loss`` are the
    best of the run so far; ``learning_rate`` is the base rate in force.
    """

    format: int = FORMAT
    name: str
    run: str
    created: float
    reason: str
    epoch: int
    batch: int
    step: int
    epochs: int
    learning_rate: float
    metrics: Metrics
    best_accuracy: float | None
    best_loss: Number | None
    epochs_since_best: int
    elapsed_s: float
    plan: dict[str, Any]
    versions: dict[str, str]
    files: dict[str, FileEntry] = {}
    protected: bool = False

    @property
    def size_bytes(self) -> int:
        """The size of all its files."""
        return sum(entry.size_bytes for entry in self.files.values())
