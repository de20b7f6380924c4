"""Starting a run's worker and following it, for the commands that train."""

import contextlib
import os
import signal
import subprocess
import sys
import time

from workbench.api.commands import Stop
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import RunFailed, RunFinished
from workbench.cli.following import POLL_S, Follower, conclude, died, failure
from workbench.cli.interrupts import Interrupts
from workbench.cli.output import note, say
from workbench.core.config import Config
from workbench.core.runs import (
    EventReader,
    RunFolder,
    data_dir_of,
    is_alive,
    launch_worker,
    send_command,
)
from workbench.core.runs.nodes import Node

_TERMINATE_S = 1.0


def train_here(run: RunFolder, config: Config, *, debug: bool, node: Node | None = None) -> None:
    """Launch a worker and follow it to its end; Ctrl+C stops the run.

    ``node`` is this machine of a run on several.

    Raises :class:`WorkbenchError` for a run that fails; exits with 130 after Ctrl+C.
    """
    # Counted from before the launch on, so that no press leaves a worker that nobody stops.
    with Interrupts() as interrupts:
        follower = Follower(run, skip_earlier=True)
        process = launch_worker(run, data_dir_of(run, config), node=node)
        try:
            end = follower.follow(interrupts, _Stopping(run, process), process)
        except OSError:  # such as that of `workbench train | head`
            _note_going_on(run)
            raise
    if end.closing is not None:
        conclude(run, end, debug=debug)
    elif end.interrupts < 2:
        raise WorkbenchError(died(run, process.returncode))
    if end.interrupts:
        sys.exit(130)


class _Stopping:
    """The first Ctrl+C stops the run with a checkpoint, the second ends its worker at once."""

    def __init__(self, run: RunFolder, process: subprocess.Popen[bytes]) -> None:
        self._run = run
        self._process = process
        self._has_told = False
        self._has_asked = False

    def __call__(self, presses: int) -> bool:
        if not self._has_told:
            note("Stopping with a checkpoint; press Ctrl+C again to end the worker at once.")
            self._has_told = True
        if not self._has_asked:
            # A worker that has just been launched may not be ready yet; asked again soon.
            with contextlib.suppress(UserError):
                send_command(self._run, Stop())
                self._has_asked = True
        if presses < 2:
            return False
        end_worker(self._process)
        note(
            f"The worker was ended. `workbench resume {self._run.name}` goes on from the latest "
            "checkpoint."
        )
        return True


def end_worker(process: subprocess.Popen[bytes]) -> None:
    """End a worker and its children: asked first, then killed."""
    import psutil

    from workbench.core.runs.killing import end_family

    with contextlib.suppress(ProcessLookupError):
        os.killpg(process.pid, signal.SIGTERM)
    with contextlib.suppress(subprocess.TimeoutExpired):
        process.wait(_TERMINATE_S)
        return
    with contextlib.suppress(psutil.NoSuchProcess):
        end_family(psutil.Process(process.pid))
    process.wait()


def train_detached(run: RunFolder, config: Config, *, node: Node | None = None) -> None:
    """Launch a worker and return once it holds the run's lock, or has ended.

    Raises :class:`WorkbenchError` if it has ended with an error.
    """
    reader = EventReader.from_now_on(run)
    process = launch_worker(run, data_dir_of(run, config), node=node)
    while process.poll() is None and not is_alive(run):
        time.sleep(POLL_S)
    if process.poll() is not None:
        _check_ended(run, process, reader)
    say(run.name)
    _note_going_on(run)


def _note_going_on(run: RunFolder) -> None:
    note(
        f"It goes on without this terminal: `workbench attach {run.name}` follows it, "
        f"`workbench stop {run.name}` stops it."
    )


def _check_ended(run: RunFolder, process: subprocess.Popen[bytes], reader: EventReader) -> None:
    closing = [event for event in reader.read() if isinstance(event, (RunFinished, RunFailed))]
    if not closing:
        raise WorkbenchError(died(run, process.returncode))
    if isinstance(closing[-1], RunFailed):
        raise failure(closing[-1])
