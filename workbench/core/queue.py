"""The queue: runs that wait for a worker.

A queued run is a run's folder with a file ``queued`` in it, which holds the run's place. The
worker that takes the run renames that file while it holds the run's lock, so that no run is
started twice, whoever is killed in between.
"""

import contextlib
import os
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import msgspec

from workbench.api.errors import UserError
from workbench.core.detached import start_detached
from workbench.core.devices.nvidia import nvidia_driver
from workbench.core.devices.visible import visible_words
from workbench.core.files import make_folder, write_atomic
from workbench.core.hosts.calls import done_there
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive, is_locked
from workbench.core.runs.managing import discard_run
from workbench.core.slurm import cancel_job

_MARKER_BYTES = 80


class Marker(msgspec.Struct, frozen=True):
    """What ``queued`` holds: the run's place, and the GPU that its worker was given.

    With a ``job`` a cluster's scheduler starts the run, and this queue passes it over.
    """

    order: int
    device: str = ""
    job: str = ""


@dataclass(frozen=True)
class QueueFolder:
    """What the dispatcher of a runs folder keeps."""

    path: Path

    @property
    def lock(self) -> Path:
        """Held by the dispatcher as long as it lives."""
        return self.path / "lock"

    @property
    def jobs(self) -> Path:
        """How many runs the dispatcher has at work at once."""
        return self.path / "jobs"

    @property
    def log(self) -> Path:
        """The dispatcher's output."""
        return self.path / "log"


def queue_folder(runs_dir: Path) -> QueueFolder:
    """Where the dispatcher of a runs folder keeps its files."""
    return QueueFolder(runs_dir / ".queue")


@done_there
def enqueue(*runs: RunFolder) -> None:
    """Put runs of one folder that have no worker at the end of the queue; starts nothing.

    Raises :class:`UserError` for a run that has a worker or waits already.
    """
    for run in runs:
        if run.queued.exists():
            raise UserError(f"The run {run.name} waits in the queue already.")
        if is_alive(run):
            raise UserError(f"The run {run.name} has a worker already; it needs no queue.")
    last = max((marker.order for _, marker in _markers(runs[0].path.parent)), default=0)
    for order, run in enumerate(runs, start=last + 1):
        try:
            write_atomic(run.queued, _encode(Marker(order)))
        except OSError as error:
            raise UserError(f"{run.queued} can't be written ({error.strerror}).") from None


def queued_runs(runs_dir: Path) -> list[RunFolder]:
    """The runs that wait, the next one first."""
    return [run for run, _ in _markers(runs_dir)]


def active_runs(runs_dir: Path) -> list[tuple[RunFolder, Marker]]:
    """The runs that the queue started and that have a worker, the earliest first."""
    return [(run, marker) for run, marker in _markers(runs_dir, is_waiting=False) if is_alive(run)]


def _markers(runs_dir: Path, *, is_waiting: bool = True) -> list[tuple[RunFolder, Marker]]:
    if not runs_dir.is_dir():
        return []
    found = []
    for entry in os.scandir(runs_dir):
        run = RunFolder(Path(entry.path))
        marker = read_marker(run.queued if is_waiting else run.dispatched)
        if marker is not None and not marker.job:
            found.append((run, marker))
    return sorted(found, key=lambda pair: (pair[1].order, pair[0].name))


def read_marker(path: Path) -> Marker | None:
    """What ``queued`` or ``dispatched`` says; ``None`` if there is none."""
    try:
        content = path.read_bytes()
    except OSError:
        return None
    try:
        return msgspec.json.decode(content, type=Marker)
    except msgspec.MsgspecError:
        return Marker(sys.maxsize)  # damaged, but there: the run waits, behind all others


def _encode(marker: Marker) -> bytes:
    return msgspec.json.encode(marker).ljust(_MARKER_BYTES - 1) + b"\n"


def rewrite_marker(run: RunFolder, marker: Marker) -> None:
    """Change what a queued run's file says; nothing happens if the run waits no longer.

    Written in place: a file renamed over it would put a run that was just taken back into
    the queue.
    """
    with contextlib.suppress(FileNotFoundError):
        descriptor = os.open(run.queued, os.O_WRONLY)
        try:
            os.pwrite(descriptor, _encode(marker), 0)
        finally:
            os.close(descriptor)


@done_there
def move(runs_dir: Path, run: RunFolder, position: int) -> list[RunFolder]:
    """Put a queued run at a position, from 1; returns the new order. Raises :class:`UserError`."""
    markers = dict(_markers(runs_dir))
    if run not in markers:
        raise not_queued(run)
    if position < 1:
        raise UserError(f"Positions in the queue begin with 1; {position} is none.")
    runs = [item for item in markers if item != run]
    runs.insert(position - 1, run)
    for order, item in enumerate(runs, start=1):
        rewrite_marker(item, Marker(order, markers[item].device))
    return runs


@done_there
def cancel(run: RunFolder) -> None:
    """Take a run out of the queue; one that never started goes to the trash of the runs.

    Raises :class:`UserError` for a run that does not wait.
    """
    cancel_job(run)
    try:
        run.queued.unlink()
    except FileNotFoundError:
        raise not_queued(run) from None
    if not run.events.exists():
        discard_run(run)


def not_queued(run: RunFolder) -> UserError:
    """The error about a run that does not wait in the queue."""
    hint = f"; `workbench stop {run.name}` stops it" if is_alive(run) else ""
    return UserError(f"The run {run.name} does not wait in the queue{hint}.")


def take_queued(run: RunFolder) -> bool:
    """Take a run out of the queue to train it; whether it was there.

    The worker that the queue started calls it, while it holds the run's lock.
    """
    try:
        run.queued.replace(run.dispatched)
    except FileNotFoundError:
        return False
    return True


def leave_queue(run: RunFolder) -> None:
    """The queue has nothing to do with this run any more: someone started it by hand."""
    run.queued.unlink(missing_ok=True)
    run.dispatched.unlink(missing_ok=True)


def read_jobs(runs_dir: Path) -> int:
    """How many runs the dispatcher has at work at once."""
    try:
        return max(1, int(queue_folder(runs_dir).jobs.read_text()))
    except (OSError, ValueError):
        return 1


def is_dispatching(runs_dir: Path) -> bool:
    """Whether a dispatcher starts the runs that wait."""
    return is_locked(queue_folder(runs_dir).lock)


def visible_gpus() -> Sequence[str]:
    """The GPUs that this process may use, as ``CUDA_VISIBLE_DEVICES`` names them."""
    words = visible_words()
    return [str(index) for index in range(len(nvidia_driver().handles))] if words is None else words


@done_there
def start_dispatcher(runs_dir: Path, data_dir: Path, jobs: int | None = None) -> bool:
    """See to it that the runs that wait are started, ``jobs`` at once (one a GPU if ``None``).

    A dispatcher that is at work already takes over a given ``jobs``, and False is returned.
    A new one outlives this terminal; it ends by itself when nothing waits or runs. Raises
    :class:`WorkbenchError` if it can't be started.
    """
    folder = queue_folder(runs_dir)
    make_folder(folder.path, "queue's folder")
    was_dispatching = is_dispatching(runs_dir)
    if jobs is not None or not was_dispatching:
        wanted = max(1, len(visible_gpus())) if jobs is None else jobs
        write_atomic(folder.jobs, f"{wanted}\n".encode())
    if was_dispatching:
        return False
    arguments = ["workbench.worker.queue", str(runs_dir), str(data_dir)]
    start_detached(arguments, folder.lock, folder.log)
    return True
