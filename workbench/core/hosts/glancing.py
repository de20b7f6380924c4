"""The devices and the live runs of this machine in short, for a page of several."""

from pathlib import Path

from workbench.core.devices import DeviceSnapshot, read_devices
from workbench.core.devices.workload import WorkloadReader
from workbench.core.hosts.messages import LiveRun, Readings
from workbench.core.runs import EventReader, RunFolder, RunOverview
from workbench.core.runs.overview import fold_all
from workbench.core.runs.title import plan_title


class Glancer:
    """Reads again and again; of a live run's events only what is new."""

    def __init__(self, runs_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._workload = WorkloadReader(runs_dir)
        self._devices: DeviceSnapshot | None = None
        self._runs: dict[str, tuple[EventReader, RunOverview, str]] = {}

    def read(self, *, with_runs: bool) -> Readings:
        """The readings now."""
        self._devices = read_devices(self._devices, self._runs_dir)
        workload = self._workload.read()
        names = [worker.run for worker in workload.workers] if with_runs else []
        self._runs = {name: self._follow(name) for name in names}
        runs = tuple(
            LiveRun(
                name=name,
                title=title,
                state=seen.state,
                epoch=seen.epoch,
                epochs=seen.epochs,
                accuracy=seen.last_accuracy,
            )
            for name, (_, seen, title) in self._runs.items()
        )
        return Readings(self._devices, workload, runs)

    def _follow(self, name: str) -> tuple[EventReader, RunOverview, str]:
        run = RunFolder(self._runs_dir / name)
        reader, seen, title = self._runs.get(name) or (
            EventReader(run),
            RunOverview(name),
            plan_title(run),
        )
        for events in reader.blocks():
            seen = fold_all(seen, events)
        return reader, seen, title
