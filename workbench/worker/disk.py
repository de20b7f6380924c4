"""Looking at the disk before it is full."""

import shutil
from pathlib import Path

from workbench.api.errors import UserError

# What a run needs beside its checkpoints: events, the log, and some for everyone else.
_SPARE_BYTES = 32 * 2**20
_RESERVE_BYTES = 64 * 2**10


class Reserve:
    """A small file in a run's folder that is given up so that its last event can be written."""

    def __init__(self, folder: Path) -> None:
        self._path = folder / ".reserve"
        try:
            self._path.write_bytes(b"\0" * _RESERVE_BYTES)
        except OSError:
            self.free()  # so that there is room to say that the disk is full

    def free(self) -> None:
        """Give its space back."""
        self._path.unlink(missing_ok=True)


def require_space(folder: Path, needed_bytes: int) -> None:
    """Raise :class:`UserError` if the disk of a folder can't take so many bytes more."""
    free = shutil.disk_usage(folder).free
    if free < needed_bytes + _SPARE_BYTES:
        raise UserError(
            f"The disk of {folder} has {free / 2**20:.0f} MiB left, and "
            f"{(needed_bytes + _SPARE_BYTES) / 2**20:.0f} MiB are needed; free some space "
            "(`workbench clean` shows what old runs hold)."
        )
