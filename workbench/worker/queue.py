"""``python -m workbench.worker.queue RUNS_DIR DATA_DIR``: start the runs that wait, in order."""

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

import filelock

from workbench.api.errors import WorkbenchError
from workbench.core.files import read_toml
from workbench.core.queue import (
    Marker,
    active_runs,
    queue_folder,
    queued_runs,
    read_jobs,
    read_marker,
    rewrite_marker,
    visible_gpus,
)
from workbench.core.runs import RunFolder, is_alive, launch_worker

_POLL_S = 0.1
# A client that looks whether there is a dispatcher holds the lock for some microseconds.
_WAIT_S = 1.0


@dataclass
class Active:
    """A run that the queue started; the ``worker`` is ``None`` if an earlier dispatcher did.

    ``waited_as`` tells its file ``queued`` from one that puts it into the queue again.
    """

    run: RunFolder
    device: str
    worker: subprocess.Popen[bytes] | None = None
    waited_as: int = 0

    def is_over(self) -> bool:
        """Whether nobody works on it any more."""
        if self.worker is not None and self.worker.poll() is None:
            return False
        return not is_alive(self.run)


class Dispatcher:
    """Starts the workers of the runs that wait, as many at once as are wanted.

    ``refused`` are those whose worker could not be started.
    """

    def __init__(self, runs_dir: Path, data_dir: Path) -> None:
        self._runs_dir = runs_dir
        self._data_dir = data_dir
        self._gpus = visible_gpus()
        self.refused: set[RunFolder] = set()
        self._active = [Active(run, marker.device) for run, marker in active_runs(runs_dir)]

    def run(self) -> None:
        """Work until nothing waits and nothing runs."""
        while True:
            for item in [item for item in self._active if item.is_over()]:
                self._active.remove(item)
                self._refuse_untaken(item)
            waiting = self._waiting()
            while waiting and len(self._active) < read_jobs(self._runs_dir):
                self._start(waiting[0])
                waiting = self._waiting()
            if not (waiting or self._active):
                return
            time.sleep(_POLL_S)

    def _waiting(self) -> list[RunFolder]:
        passed = {item.run for item in self._active} | self.refused
        return [run for run in queued_runs(self._runs_dir) if run not in passed]

    def _start(self, run: RunFolder) -> None:
        marker = read_marker(run.queued)
        if marker is None:
            return  # cancelled in this moment
        device, environment = self._place(run)
        waited_as = _inode(run.queued)
        try:
            rewrite_marker(run, Marker(marker.order, device))
            worker = launch_worker(run, self._data_dir, environment=environment, is_queued=True)
        except (WorkbenchError, OSError) as error:
            self._refuse(run, str(error))
            return
        _tell(f"{run.name} started" + (f" on GPU {device}" if device else ""))
        self._active.append(Active(run, device, worker, waited_as))

    def _place(self, run: RunFolder) -> tuple[str, dict[str, str]]:
        """The GPU that a run gets, and how its worker is told; empty where we don't choose."""
        if len(self._gpus) < 2 or read_jobs(self._runs_dir) < 2:
            return "", {}
        planned, devices = _planned_devices(run)
        if devices != "1":
            return "", {}  # it has several, and chooses them itself
        kind, _, index = planned.partition(":")
        if kind == "cuda" and index.isdigit() and int(index) < len(self._gpus):
            return self._gpus[int(index)], {}  # the plan has chosen
        if kind not in ("auto", "cuda") or index:
            return "", {}
        taken = Counter(item.device for item in self._active)
        gpu = min(self._gpus, key=lambda gpu: taken[gpu])
        return gpu, {"CUDA_VISIBLE_DEVICES": gpu}

    def _refuse_untaken(self, item: Active) -> None:
        """A worker that ended before it took the run would be started for ever."""
        if item.worker is not None and _inode(item.run.queued) == item.waited_as != 0:
            self._refuse(item.run, f"it did not start; see {item.run.log}")

    def _refuse(self, run: RunFolder, reason: str) -> None:
        _tell(f"{run.name}: {reason}")
        self.refused.add(run)
        with contextlib.suppress(OSError):
            run.queued.unlink(missing_ok=True)


def _inode(path: Path) -> int:
    """The number of a file, which it keeps when it is renamed; 0 if it is gone."""
    try:
        return path.stat().st_ino
    except OSError:
        return 0


def _planned_devices(run: RunFolder) -> tuple[str, str]:
    """A run's ``device`` and ``devices``."""
    try:
        plan = read_toml(run.plan)
    except WorkbenchError:
        plan = {}
    return str(plan.get("device", "auto")), str(plan.get("devices", "1"))


def _tell(line: str) -> None:
    print(time.strftime("%Y-%m-%d %H:%M:%S"), line, flush=True)


def dispatch(runs_dir: Path, data_dir: Path) -> None:
    """Be the dispatcher of a runs folder, unless there is one."""
    # A run that is queued after the last look but before the lock is free has found a
    # dispatcher, and started none: look once more when the lock is free.
    while True:
        try:
            with filelock.FileLock(queue_folder(runs_dir).lock, timeout=_WAIT_S):
                _tell(f"dispatcher {os.getpid()} begins")
                dispatcher = Dispatcher(runs_dir, data_dir)
                dispatcher.run()
                _tell("nothing waits")
        except filelock.Timeout:
            return
        if dispatcher.refused.issuperset(queued_runs(runs_dir)):
            return


if __name__ == "__main__":
    # A hang-up of the terminal that started it is no reason to end.
    signal.signal(signal.SIGHUP, signal.SIG_IGN)
    dispatch(Path(sys.argv[1]), Path(sys.argv[2]))
