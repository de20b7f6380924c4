"""What the runs' workers take of the machine, and how busy each core is."""

import socket
import time
from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

import psutil

from workbench.api.events import ModelBuilt, RunStarted
from workbench.api.training import RankPlace
from workbench.core.devices.host import read_disk
from workbench.core.devices.readings import DiskReading
from workbench.core.runs import RunFolder, is_alive, list_runs
from workbench.core.runs.events import decode_event, line_start
from workbench.core.runs.lines import LineReader, find_new_lines

_STARTED = line_start(RunStarted)
_BUILT = line_start(ModelBuilt)


@dataclass(frozen=True)
class WorkerReading:
    """A live run's worker with its child processes.

    ``cpu_percent`` is 100 for each core that is fully used since the reading before, and
    ``None`` in a first one. ``pids`` are the worker's own and its children's. A worker on
    another host has no pids here and takes nothing. ``ranks`` says where each process is of a
    run that trains in several.
    """

    run: str
    host: str
    pid: int
    pids: tuple[int, ...]
    cpu_percent: float | None
    memory_bytes: int
    ranks: tuple[RankPlace, ...] = ()


@dataclass(frozen=True)
class Workload:
    """The live runs, newest first; each core's utilisation, and the disk of the runs folder.

    A first reading knows no utilisation: it is that since the reading before.
    """

    workers: tuple[WorkerReading, ...]
    core_percents: tuple[float, ...]
    disk: DiskReading | None

    def run_of(self, pid: int) -> str | None:
        """The run that a process works for, and its rank if the run has several."""
        worker = next((worker for worker in self.workers if pid in worker.pids), None)
        if worker is None:
            return None
        rank = next((item.rank for item in worker.ranks if item.pid == pid), None)
        return worker.run if rank is None else f"{worker.run} rank {rank}"


@dataclass
class _Begun:
    """A run's first words, as far as they were read."""

    lines: LineReader
    start: RunStarted | None = None
    ranks: tuple[RankPlace, ...] = ()


class WorkloadReader:
    """Reads the workload again and again, each time since the time before; not for threads."""

    def __init__(self, runs_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._begun: dict[str, _Begun] = {}
        self._cpu_s: dict[int, float] = {}
        self._cores: list[tuple[float, float]] = []
        self._at = 0.0

    def read(self) -> Workload:
        """The workload now."""
        now = time.monotonic()
        passed_s, self._at = now - self._at, now
        alive = [(run.name, self._begin(run)) for run in list_runs(self._runs_dir) if is_alive(run)]
        # Another run may get the name of one that ended.
        self._begun = dict(alive)
        cpu_s: dict[int, float] = {}
        workers = tuple(
            self._worker(name, begun.start, begun.ranks, passed_s, cpu_s)
            for name, begun in alive
            if begun.start is not None
        )
        self._cpu_s = cpu_s
        return Workload(workers, self._core_percents(), read_disk(self._runs_dir))

    def _begin(self, run: RunFolder) -> "_Begun":
        """How the newest worker began; only what was written since is read."""
        begun = self._begun.setdefault(run.name, _Begun(LineReader(run.events)))
        for line in find_new_lines(begun.lines, _STARTED, _BUILT):
            match decode_event(line):
                case RunStarted() as start:
                    begun.start, begun.ranks = start, ()
                case ModelBuilt() as built:
                    begun.ranks = built.ranks
        return begun

    def _worker(
        self,
        name: str,
        start: RunStarted,
        ranks: tuple[RankPlace, ...],
        passed_s: float,
        cpu_s: dict[int, float],
    ) -> WorkerReading:
        processes = _family(start.pid) if start.host == socket.gethostname() else []
        memory_bytes, used_s, is_first = 0, 0.0, False
        for process in processes:
            try:
                times = process.cpu_times()
                memory_bytes += process.memory_info().rss
            except psutil.Error:  # it ended meanwhile
                continue
            total_s = times.user + times.system
            cpu_s[process.pid] = total_s
            is_first = is_first or process.pid not in self._cpu_s
            used_s += total_s - self._cpu_s.get(process.pid, total_s)
        percent = None if is_first or not cpu_s else 100 * max(0.0, used_s) / passed_s
        return WorkerReading(
            run=name,
            host=start.host,
            pid=start.pid,
            pids=tuple(process.pid for process in processes),
            cpu_percent=percent,
            memory_bytes=memory_bytes,
            ranks=ranks,
        )

    def _core_percents(self) -> tuple[float, ...]:
        before, self._cores = self._cores, [_busy(times) for times in psutil.cpu_times(percpu=True)]
        if len(before) != len(self._cores):
            return ()
        return tuple(
            _percent(busy - busy_before, total - total_before)
            for (busy, total), (busy_before, total_before) in zip(self._cores, before, strict=True)
        )


def _family(pid: int) -> list[psutil.Process]:
    """A process and its children; empty if it ended."""
    try:
        process = psutil.Process(pid)
        return [process, *process.children(recursive=True)]
    except psutil.Error:
        return []


def _busy(times: Iterable[float]) -> tuple[float, float]:
    """Seconds at work, and all seconds."""
    values = tuple(times)
    idle_s = getattr(times, "idle", 0.0) + getattr(times, "iowait", 0.0)
    # Linux counts a guest's time in the host's user time too.
    guest_s = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    total_s = sum(values) - guest_s
    return total_s - idle_s, total_s


def _percent(busy_s: float, total_s: float) -> float:
    return min(100.0, max(0.0, 100 * busy_s / total_s)) if total_s > 0 else 0.0
