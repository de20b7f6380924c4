"""Ending a worker that answers no more."""

import contextlib
import os
import signal
import socket

import psutil

from workbench.api.errors import UserError
from workbench.api.events import RunStarted
from workbench.core.runs.events import events_of
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive

_EXIT_S = 5.0


def kill_worker(run: RunFolder) -> None:
    """End a run's worker at once, with all processes that it started.

    What it did since its last checkpoint is lost. Raises :class:`UserError` where there is
    no worker, or none of this machine.
    """
    pid = _worker_pid(run)
    if pid is None:
        raise UserError(f"The run {run.name} has no worker on this machine.")
    try:
        worker = psutil.Process(pid)
        end_family(worker)
        worker.wait(_EXIT_S)
    except (ProcessLookupError, psutil.NoSuchProcess):
        return
    except psutil.TimeoutExpired:
        raise UserError(
            f"The worker of {run.name} (process {pid}) can't be ended: it waits for a device or "
            "a disk that does not answer."
        ) from None


def end_family(process: psutil.Process) -> None:
    """Kill a worker and all that it started, also the ranks, which have sessions of their own."""
    family = [process, *process.children(recursive=True)]
    # A worker leads a session and so a process group of its own.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()


def _worker_pid(run: RunFolder) -> int | None:
    """The process that holds the run's lock; never another that has its number by now."""
    started = list(events_of(run, RunStarted))
    if not (started and is_alive(run)) or started[-1].host != socket.gethostname():
        return None
    pid = started[-1].pid
    lock = str(run.lock.resolve())
    try:
        holds_lock = any(file.path == lock for file in psutil.Process(pid).open_files())
    except psutil.Error:
        return None
    return pid if holds_lock else None
