"""A checked plan."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from workbench.core.plan.settings import (
    CheckpointSettings,
    DataSettings,
    RunSettings,
    ScheduleSettings,
)

if TYPE_CHECKING:
    from workbench.core.plan.followers import Following


@dataclass(frozen=True)
class Choice:
    """A contribution by name, with its options as an instance of its option class."""

    name: str
    options: Any


@dataclass(frozen=True)
class Plan:
    """All that a run needs to know.

    ``plugins`` are the files and folders it was made with, ``followers`` who follows it.
    """

    dataset: Choice
    model: Choice
    optimizer: Choice
    backend: Choice
    run: RunSettings
    data: DataSettings
    schedule: ScheduleSettings
    checkpoint: CheckpointSettings
    plugins: tuple[str, ...] = ()
    followers: "tuple[Following, ...]" = ()

    @property
    def title(self) -> str:
        """The plan in a line."""
        chosen = (self.dataset, self.model, self.optimizer, self.backend)
        return " · ".join(choice.name for choice in chosen)
