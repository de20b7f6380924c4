"""Following a run until it ends."""

import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import Event, RunFailed, RunFinished, RunStarted
from workbench.cli.interrupts import Interrupts
from workbench.cli.narration import Narrator, ending
from workbench.cli.output import note, note_lines
from workbench.core.runs import EventReader, RunFolder, RunOverview, effective_events, is_alive
from workbench.core.runs.overview import fold_all, settle

POLL_S = 0.03
# A worker that has said how the run ended has nothing left to do that is worth waiting for.
_EXIT_S = 10.0

OnInterrupt = Callable[[int], bool]
"""Called with the number of presses of Ctrl+C, again and again; True stops following."""


@dataclass(frozen=True)
class Ending:
    """How following a run ended: its last state, its closing event, and presses of Ctrl+C."""

    seen: RunOverview
    closing: RunFinished | RunFailed | None
    interrupts: int


class Follower:
    """Prints a run's events until its worker has ended.

    With ``skip_earlier`` what an earlier worker told is not printed again; make the follower
    before the launch.
    """

    def __init__(self, run: RunFolder, *, skip_earlier: bool = False) -> None:
        self._run = run
        self._reader = EventReader(run)
        self._narrator = Narrator()
        self._seen = RunOverview(run.name)
        self._closing: RunFinished | RunFailed | None = None
        self._process: subprocess.Popen[bytes] | None = None
        self._take(effective_events(self._reader.read()), is_told=not skip_earlier)
        if skip_earlier:
            self._closing = None

    def follow(
        self,
        interrupts: Interrupts,
        on_interrupt: OnInterrupt,
        process: subprocess.Popen[bytes] | None = None,
    ) -> Ending:
        """Print until the end, or until ``on_interrupt`` says so.

        ``process`` is the worker, where this process launched it.
        """
        self._process = process
        closed_at: float | None = None
        while True:
            # Asked before reading, so that nothing written before the end is missed.
            is_gone = self._is_gone()
            events = self._reader.read()
            self._take(events, is_told=True)
            if is_gone:
                break
            closed_at = (closed_at or time.monotonic()) if self._closing else None
            if closed_at and time.monotonic() - closed_at > _EXIT_S:
                break
            if interrupts.count and on_interrupt(interrupts.count):
                break
            if not events:
                time.sleep(POLL_S)
        return Ending(settle(self._seen, self._run), self._closing, interrupts.count)

    def _take(self, events: list[Event], *, is_told: bool) -> None:
        self._seen = fold_all(self._seen, events)
        for event in events:
            if isinstance(event, (RunFinished, RunFailed)):
                self._closing = event
            elif isinstance(event, RunStarted):
                self._closing = None
            if is_told:
                self._narrator.tell(event)

    def _is_gone(self) -> bool:
        if self._process is not None:
            return self._process.poll() is not None
        if self._closing is not None:
            return not is_alive(self._run)
        return settle(self._seen, self._run).state == "interrupted"


def conclude(run: RunFolder, end: Ending, *, debug: bool) -> None:
    """Say how the run ended. Raises :class:`WorkbenchError` unless it ended as planned."""
    match end.closing:
        case RunFinished():
            note(ending(end.seen, end.closing.elapsed_s))
        case RunFailed():
            if debug:
                note_lines(end.closing.traceback)
            raise failure(end.closing)
        case _:
            raise WorkbenchError(died(run))


def failure(event: RunFailed) -> WorkbenchError:
    """The error that ended a run."""
    return (UserError if event.exit_code == 2 else WorkbenchError)(event.error)


def died(run: RunFolder, status: int | None = None) -> str:
    """A sentence about a worker that ended without a closing event."""
    how = f" ({signal.Signals(-status).name})" if status is not None and status < 0 else ""
    last = _last_line(run)
    said = f'; the last line of {run.log} is: "{last}"' if last else f"; {run.log} is empty"
    return (
        f"The worker of {run.name} ended without saying why{how}{said}. "
        f"`workbench resume {run.name}` goes on from the latest checkpoint."
    )


def _last_line(run: RunFolder) -> str:
    try:
        with run.log.open("rb") as log:
            log.seek(0, 2)
            log.seek(max(0, log.tell() - 4096))
            lines = log.read().decode(errors="replace").splitlines()
    except OSError:
        return ""
    return next((line.strip() for line in reversed(lines) if line.strip()), "")
