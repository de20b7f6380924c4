"""What all screens share.

What the first paint does not need is imported by the thread that needs it.
"""

from __future__ import annotations

import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.config import Config
    from workbench.core.devices import DeviceSnapshot
    from workbench.core.plugins import Registry
    from workbench.core.runs.spare import SpareWorker
    from workbench.tui.run_history import RunHistory

_DEVICE_HISTORY = 240

ReadDevices = Callable[["DeviceSnapshot | None"], "DeviceSnapshot"]


def read_all_devices(previous: DeviceSnapshot | None) -> DeviceSnapshot:
    """The devices now."""
    from workbench.core.devices import read_devices

    return read_devices(previous)


def load_registry(config: Config) -> Registry:
    """All plugins that are installed or configured."""
    from workbench.core.plugins import load_plugins

    return load_plugins(config.plugin_paths, config.disabled_plugins, config.untrusted_plugins)


@dataclass
class Session:
    """The configuration, and what has been read so far.

    ``workers`` are those that were started here; with ``keeps_spare`` one may wait for the next
    run as ``spare``. The last three fields are where the outside comes in; tests give frozen
    ones.
    """

    config: Config
    debug: bool = False
    keeps_spare: bool = False
    spare: SpareWorker | None = None
    registry: Registry | None = None
    history: RunHistory | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    devices: deque[DeviceSnapshot] = field(default_factory=lambda: deque(maxlen=_DEVICE_HISTORY))
    load: Callable[[Config], Registry] = load_registry
    read_devices: ReadDevices = read_all_devices
    now: Callable[[], float] = time.time
