"""What all screens share.

What the first paint does not need is imported by the thread that needs it.
"""

from __future__ import annotations

import subprocess
import threading
import time
from collections import deque
from collections.abc import Callable
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.core.config import Config
    from workbench.core.devices import DeviceSnapshot
    from workbench.core.devices.workload import Workload
    from workbench.core.hosts.opening import HostPlace
    from workbench.core.plugins import Registry
    from workbench.core.runs.spare import SpareWorker
    from workbench.tui.run_history import RunHistory

_DEVICE_HISTORY = 240

ReadWorkload = Callable[[], "Workload"]
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

    ``workers`` are those that were started here, ``starting`` the folders of the runs whose
    workers have yet to take the lock; with ``keeps_spare`` one may wait for the next run as
    ``spare``. ``place`` is the machine of the runs, ``None`` for this one; with another one
    ``own_config`` is the configuration with this machine's folders. ``load``, ``read_devices`` and
    ``now`` are where the outside comes in; tests give frozen ones.
    """

    config: Config
    debug: bool = False
    keeps_spare: bool = False
    spare: SpareWorker | None = None
    registry: Registry | None = None
    history: RunHistory | None = None
    place: HostPlace | None = None
    own_config: Config | None = None
    workers: list[subprocess.Popen[bytes]] = field(default_factory=list)
    starting: set[Path] = field(default_factory=set)
    devices: deque[DeviceSnapshot] = field(default_factory=lambda: deque(maxlen=_DEVICE_HISTORY))
    load: Callable[[Config], Registry] = load_registry
    read_devices: ReadDevices = read_all_devices
    now: Callable[[], float] = time.time
    # Held by whoever changes the configuration: each goes on from what the one before left.
    changing: threading.Lock = field(default_factory=threading.Lock)

    @property
    def own_runs_dir(self) -> Path:
        """The folder of this machine's runs."""
        return self.own_config.runs_dir if self.own_config is not None else self.config.runs_dir

    def workload_reader(self) -> ReadWorkload:
        """What reads the workload again and again, each time since the time before."""
        from workbench.core.devices.workload import WorkloadReader

        if self.place is not None:
            return self.place.read_workload
        return WorkloadReader(self.config.runs_dir).read


def session_for(config: Config, debug: bool, place: HostPlace) -> Session:
    """A session with the runs of another machine."""
    there = replace(config, runs_dir=place.runs_dir, data_dir=place.data_dir)
    return Session(there, debug, place=place, own_config=config, read_devices=place.read_devices)
