"""Starting a run's worker."""

import os
import subprocess
import time
from collections.abc import Mapping
from pathlib import Path

from workbench.api.errors import UserError, WorkbenchError
from workbench.core.processes import module_command
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive
from workbench.core.runs.nodes import Node

_POLL_S = 0.02


def launch_worker(
    run: RunFolder,
    data_dir: Path,
    *,
    environment: Mapping[str, str] | None = None,
    is_queued: bool = False,
    node: Node | None = None,
) -> subprocess.Popen[bytes]:
    """Start the worker in a session of its own, so that it outlives this terminal.

    Its output goes to ``worker.log``; ``environment`` is laid over this process's. Returns
    at once; the worker takes the run's lock within some 100 ms. One that is started for a
    queued run ends at once if the run waits in the queue no longer. ``node`` is this machine
    of a run on several. Raises :class:`UserError` if the folder can't be written to.
    """
    command = module_command("workbench.worker", str(run.path), str(data_dir))
    if is_queued:
        command.append("queued")
    if node is not None:
        command += [
            f"--nodes={node.count}",
            f"--node={node.index}",
            f"--rendezvous={node.rendezvous}",
        ]
    path = run.node_log(node.index) if node is not None and node.index else run.log
    try:
        with path.open("ab") as log:
            return subprocess.Popen(
                command,
                env={**os.environ, **(environment or {})},
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=True,
            )
    except OSError as error:
        raise UserError(f"{path} can't be written ({error.strerror}).") from None


def launch_and_wait(run: RunFolder, data_dir: Path) -> subprocess.Popen[bytes]:
    """Start the worker, and wait until it holds the run's lock or has said why it ended.

    Raises :class:`WorkbenchError` if it ends before that, with its last words.
    """
    written = events_size(run)
    worker = launch_worker(run, data_dir)
    if not has_begun(run, worker, written):
        refuse_silent_end(run, worker)
    return worker


def has_begun(run: RunFolder, worker: subprocess.Popen[bytes], written: int) -> bool:
    """Wait until a worker holds the run's lock; whether it did, or said why it ended.

    ``written`` is the size of the events before its launch.
    """
    while worker.poll() is None and not is_alive(run):
        time.sleep(_POLL_S)
    return not worker.poll() or events_size(run) > written


def events_size(run: RunFolder) -> int:
    """The size of a run's events in bytes."""
    return run.events.stat().st_size if run.events.exists() else 0


def refuse_silent_end(run: RunFolder, worker: subprocess.Popen[bytes]) -> None:
    """Raise :class:`WorkbenchError` with the last words of a worker that ended."""
    lines = run.log.read_text(encoding="utf-8", errors="replace").split("\n")
    last = next((line.strip() for line in reversed(lines) if line.strip()), "nothing")
    raise WorkbenchError(
        f"The worker of {run.name} ended with status {worker.returncode} and said: {last}"
    )
