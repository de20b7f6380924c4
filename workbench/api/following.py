"""Following runs: what a follower is given, and what it is."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Protocol, runtime_checkable

from workbench.api.events import Event


@dataclass(frozen=True)
class FollowedRun:
    """The run that a follower is made for.

    ``folder`` is the run's; its name is that of the run. ``plan`` is the plan as nested plain
    values, as in ``run.toml``. ``step`` is the number of batches that a run which goes on has
    behind it, 0 for a new one: what was reported beyond it is trained, and reported, anew.
    ``files`` is an existing folder inside the run's, for what the followers write and keep.
    """

    folder: Path
    plan: Mapping[str, Any]
    step: int
    files: Path

    @property
    def name(self) -> str:
        """The run's name."""
        return self.folder.name


@runtime_checkable
class Follower(Protocol):
    """Follows one run, in a process beside its worker and there in a thread of its own.

    Whatever it raises is told to the person once and ends nothing; it is called again for the
    next event. It may take as long as it likes, and is waited for only a little when the run
    has ended.
    """

    def follow(self, event: Event) -> None:
        """Called with each event, in order, after it was written."""
        ...

    def close(self) -> None:
        """Called once after the last event of this worker."""
        ...
