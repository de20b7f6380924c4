"""Another machine as the place where an interface's runs are."""

import hashlib
import re
from pathlib import Path
from typing import Any

import filelock
import platformdirs

from workbench.api.errors import WorkbenchError
from workbench.core.devices import DeviceSnapshot
from workbench.core.devices.workload import Workload
from workbench.core.files import make_folder
from workbench.core.hosts.calls import add_place, remove_place
from workbench.core.hosts.link import Link
from workbench.core.hosts.messages import Readings, Welcome
from workbench.core.hosts.mirror import Mirror
from workbench.core.hosts.ssh import Connection, Host

_COPIES_AT_ONCE = 100
_FIRST_READINGS_S = 10.0


class HostPlace:
    """A machine that was reached, and the copy of its runs; :meth:`close` lets it go.

    Raises :class:`WorkbenchError` if it can't be reached.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self._connection = Connection(host)
        self._lock: filelock.BaseFileLock | None = None
        self.link = Link(self._connection, self._copy)
        self.link.start()
        try:
            self.welcome = self.link.wait_for_greeting()
            mirror = self.link.mirror
            assert mirror is not None
        except BaseException:
            self.link.close()
            raise
        self.runs_dir = mirror.runs_dir
        self.data_dir = mirror.runs_dir.with_name("data")
        add_place(self)

    def _copy(self, welcome: Welcome) -> Mirror:
        """The copy of these runs, of which an earlier interface may have left most."""
        name = re.sub(r"[^A-Za-z0-9@._-]+", "-", self.host.name)[:60]
        digest = hashlib.sha256(f"{self.host.name}\n{welcome.runs_dir}".encode()).hexdigest()[:12]
        base = Path(platformdirs.user_cache_path("workbench")) / "hosts"
        for number in range(_COPIES_AT_ONCE):
            folder = base / f"{name}-{digest}-{number}"
            make_folder(folder, "copy of another machine's runs")
            folder.chmod(0o700)
            lock = filelock.FileLock(folder / "lock")
            try:
                lock.acquire(timeout=0)
            except filelock.Timeout:  # another interface keeps this one
                continue
            self._lock = lock
            return Mirror(folder / "runs")
        raise WorkbenchError(f"Too many interfaces look at {self.host.name}; close some.")

    @property
    def name(self) -> str:
        """What ``ssh`` calls it."""
        return self.host.name

    @property
    def folders(self) -> tuple[tuple[str, str], ...]:
        """The folders here that stand for those there."""
        return (
            (str(self.runs_dir), self.welcome.runs_dir),
            (str(self.data_dir), self.welcome.data_dir),
        )

    def call(self, function: str, arguments: dict[str, Any]) -> bytes:
        """Call a function of the core there."""
        return self.link.call(function, arguments)

    def command(self, *arguments: str) -> list[str]:
        """What runs a command there through the same connection."""
        return self._connection.command(*arguments)

    def read_devices(self, previous: DeviceSnapshot | None = None) -> DeviceSnapshot:
        """The newest reading of the devices there. Raises :class:`WorkbenchError`."""
        return self._readings().devices

    def read_workload(self) -> Workload:
        """What the live runs there take. Raises :class:`WorkbenchError`."""
        return self._readings().workload

    def _readings(self) -> Readings:
        readings = self.link.wait_for_readings(_FIRST_READINGS_S)
        if readings is None:
            raise WorkbenchError(f"{self.host.name} says nothing of its devices.")
        return readings

    def close(self) -> None:
        """Let it go; what trains there goes on."""
        remove_place(self)
        self.link.close()
        if self._lock is not None:
            self._lock.release()
