"""What all screens share."""

import subprocess
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field

from workbench.core.config import Config
from workbench.core.devices import DeviceSnapshot, read_devices
from workbench.core.plugins import Registry, load_plugins
from workbench.tui.run_history import RunHistory

_DEVICE_HISTORY = 240

ReadDevices = Callable[[DeviceSnapshot | None], DeviceSnapshot]


def load_registry(config: Config) -> Registry:
    """All plugins that are installed or configured."""
    return load_plugins(config.plugin_paths, config.settings.disabled_plugins)


@dataclass
class Session:
    """The configuration, and what has been read so far.

    ``workers`` are those that were started here. The last three fields are where the outside comes in; tests give frozen ones.
    """

    config: Config
    debug: bool = False
    registry: Registry | None = None
    history: RunHistory | None = None
    workers: list["subprocess.Popen[bytes]"] = field(default_factory=list)
    devices: deque[DeviceSnapshot] = field(default_factory=lambda: deque(maxlen=_DEVICE_HISTORY))
    load: Callable[[Config], Registry] = load_registry
    read_devices: ReadDevices = read_devices
    now: Callable[[], float] = time.time
