"""Remembering a failed attempt, so that each run needn't wait for the same failure."""

import time
from pathlib import Path

import msgspec

from workbench.core.files import write_atomic

FILE_NAME = ".workbench-attempt.json"
VALID_S = 3600.0


class Stamp(msgspec.Struct, frozen=True):
    """When the network steps last failed, in Unix time."""

    time: float


def failed_s_ago(folder: Path) -> float | None:
    """Seconds since an attempt failed; ``None`` if none did within the hour."""
    try:
        stamp = msgspec.json.decode((folder / FILE_NAME).read_bytes(), type=Stamp)
    except (OSError, msgspec.MsgspecError):
        return None
    age_s = time.time() - stamp.time
    return age_s if 0 <= age_s < VALID_S else None


def write_stamp(folder: Path) -> None:
    """Note that an attempt failed now. Raises ``OSError``."""
    write_atomic(folder / FILE_NAME, msgspec.json.encode(Stamp(time.time())))


def clear_stamp(folder: Path) -> None:
    """Forget a failed attempt."""
    (folder / FILE_NAME).unlink(missing_ok=True)
