"""Ending a worker that answers no more."""

import contextlib
import os
import signal

import psutil

from workbench.api.errors import UserError
from workbench.core.runs.folder import RunFolder

_EXIT_S = 5.0
_MODULE = "workbench.worker"
"""What begins the name of the module that a worker, or a rank of it, runs."""


def kill_worker(run: RunFolder) -> None:
    """End a run's worker at once, with all processes that it started.

    What it did since its last checkpoint is lost. Raises :class:`UserError` where there is
    no worker, or none of this machine.
    """
    holders = _holders(run)
    if not holders:
        raise UserError(f"The run {run.name} has no worker on this machine.")
    for holder in holders:
        with contextlib.suppress(psutil.NoSuchProcess):
            end_family(holder)
    _, left = psutil.wait_procs(holders, _EXIT_S)
    if left:
        raise UserError(
            f"The worker of {run.name} (process {left[0].pid}) can't be ended: it waits for a "
            "device or a disk that does not answer."
        )


def end_family(process: psutil.Process) -> None:
    """Kill a worker and all that it started, also the ranks, which have sessions of their own."""
    family = [process, *process.children(recursive=True)]
    # A worker leads a session and so a process group of its own.
    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGKILL)
    for member in family:
        with contextlib.suppress(psutil.NoSuchProcess):
            member.kill()


def _holders(run: RunFolder) -> list[psutil.Process]:
    """The processes that hold the run's lock: its worker, and the ranks that may outlive it.

    A number that the worker told may be another process's by now. Who only looks at the lock
    in this moment is no worker.
    """
    lock = str(run.lock.resolve())
    return [process for process in psutil.process_iter() if _is_holder(process, lock)]


def _is_holder(process: psutil.Process, lock: str) -> bool:
    try:
        if not any(word.startswith(_MODULE) for word in process.cmdline()):
            return False
        return any(file.path == lock for file in process.open_files())
    except psutil.Error:  # it ended meanwhile, or is another person's
        return False
