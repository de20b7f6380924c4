"""What is known of each plugin, working or broken."""

from dataclasses import dataclass
from typing import Literal

from workbench.api.specs import (
    BackendSpec,
    DatasetSpec,
    FollowerSpec,
    LauncherSpec,
    ModelSpec,
    OptimizerSpec,
)

Kind = Literal["dataset", "model", "optimizer", "backend", "launcher", "follower"]
PluginState = Literal["loaded", "broken", "disabled", "not trusted"]
Spec = DatasetSpec | ModelSpec | OptimizerSpec | BackendSpec | LauncherSpec | FollowerSpec


@dataclass(frozen=True)
class Contribution:
    """One spec of a plugin."""

    plugin: str
    kind: Kind
    spec: Spec

    @property
    def qualified_name(self) -> str:
        """The name that no other plugin can have, e.g. ``pytorch:mlp``."""
        return f"{self.plugin}:{self.spec.name}"


@dataclass(frozen=True)
class PluginRecord:
    """A plugin as the plugins screen shows it; ``error`` is one line: why it is not loaded.

    ``deprecations`` are what it uses that will go, as Python warned of while it was loaded.
    """

    name: str
    origin: str
    version: str
    state: PluginState
    load_time_s: float = 0.0
    error: str = ""
    traceback: str = ""
    contributions: tuple[Contribution, ...] = ()
    deprecations: tuple[str, ...] = ()
