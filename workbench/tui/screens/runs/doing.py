"""Doing something with runs, in a thread; each returns what happened, and what undoes it.

All raise :class:`WorkbenchError`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from workbench.api.commands import Command, Resume
from workbench.api.errors import UserError, WorkbenchError
from workbench.core import queue
from workbench.core.config import read_run_document
from workbench.core.plan import Plan
from workbench.core.plugins import Registry
from workbench.core.runs import RunFolder
from workbench.core.runs.managing import (
    add_note,
    delete_run,
    list_trashed_runs,
    rename_run,
    restore_run,
    trashed_name,
)
from workbench.tui import run_control
from workbench.tui.screens.runs.actions import Runs, rename_command
from workbench.tui.session import Session


@dataclass(frozen=True)
class Undo:
    """What takes a deed back here, and in a shell."""

    do: Callable[[], "Done"]
    command: str


@dataclass(frozen=True)
class Done:
    """A sentence about what happened; ``problem`` says what could not be done.

    ``now`` is the run that it was about, under its new name.
    """

    sentence: str
    undo: Undo | None = None
    problem: str = ""
    before: RunFolder | None = None
    now: RunFolder | None = None


def _each(runs: Runs, deed: Callable[[RunFolder], object]) -> tuple[list[RunFolder], str]:
    """The runs with which it went well, and the first error with another one."""
    done, problem = [], ""
    for listed in runs:
        try:
            deed(listed.run)
        except WorkbenchError as error:
            problem = problem or str(error)
        else:
            done.append(listed.run)
    return done, problem


def named(runs: Sequence[RunFolder]) -> str:
    """One run by its name, more by their number."""
    return runs[0].name if len(runs) == 1 else f"{len(runs)} runs"


def delete(runs: Runs) -> Done:
    """Move runs to the trash."""
    done, problem = _each(runs, delete_run)
    if not done:
        raise UserError(problem)
    names = [run.name for run in done]
    runs_dir = done[0].path.parent

    def bring_back() -> Done:
        for name in names:
            restore_run(runs_dir, name)
        return Done(f"{named(done)} {'is' if len(done) == 1 else 'are'} back.", now=done[0])

    command = " && ".join(f"workbench runs restore {name}" for name in names)
    sentence = f"{named(done)} {'is' if len(done) == 1 else 'are'} in the trash; u undoes it."
    return Done(sentence, Undo(bring_back, command), problem)


def undo_last_delete(session: Session) -> Done:
    """Bring back what was deleted last, before this session or elsewhere."""
    trashed = list_trashed_runs(session.config.runs_dir)
    if not trashed:
        raise UserError("There is nothing to undo: no run was deleted.")
    restored = restore_run(session.config.runs_dir, trashed_name(trashed[-1]))
    return Done(f"{restored.name} is back.", now=restored)


def rename(run: RunFolder, name: str) -> Done:
    """Give a run another name."""
    renamed = rename_run(run, name)
    undo = Undo(lambda: rename(renamed, run.name), rename_command(name, run.name))
    return Done(f"{run.name} is {name} now.", undo, before=run, now=renamed)


def note(runs: Runs, text: str) -> Done:
    """Write a note into each run's history."""
    done, problem = _each(runs, lambda run: add_note(run, text))
    if not done:
        raise UserError(problem)
    return Done(f"Noted for {named(done)}.", problem=problem)


def steer(runs: Runs, command: Command) -> Done:
    """Send a command to live runs."""
    done, problem = _each(runs, lambda run: run_control.steer(run, command))
    return Done("", problem="" if done and not problem else problem)


def resume(session: Session, runs: Runs, device: str | None) -> Done:
    """Let paused runs go on where they wait, and others with a new worker, on its own device.

    With ``device`` those go on with it whose own is missing.
    """

    def go_on(run: RunFolder) -> None:
        if run in paused:
            run_control.steer(run, Resume())
        else:
            is_missing = bool(run_control.missing_device(session, run))
            run_control.launch(session, run, device if is_missing else None)

    paused = [
        listed.run for listed in runs if listed.overview and listed.overview.state == "paused"
    ]
    _, problem = _each(runs, go_on)
    return Done("", problem=problem)


def plan_of(run: RunFolder) -> dict[str, Any]:
    """A run's plan, its plugins with whole paths. Raises :class:`WorkbenchError`."""
    document = read_run_document(run.plan)
    named = document.get("plugins")
    if isinstance(named, list) and all(isinstance(path, str) for path in named):
        document["plugins"] = [str(run.path.absolute() / path) for path in named]
    return document


def train(session: Session, registry: Registry, plan: Plan, *, is_queued: bool) -> Done:
    """Make a new run and start it, or let it wait in the queue."""
    run = run_control.create(session, plan, registry)
    if is_queued:
        queue.enqueue(run)
        queue.start_dispatcher(session.config.runs_dir, session.config.data_dir)
    else:
        run_control.launch(session, run)
    return Done(f"{run.name} {'waits in the queue' if is_queued else 'trains'}.", now=run)


def move(session: Session, run: RunFolder, place: int) -> Done:
    """Put a queued run at another place, from 1."""
    queue.move(session.config.runs_dir, run, place)
    return Done("")


def cancel(session: Session, runs: Runs) -> Done:
    """Take runs out of the queue."""
    done, problem = _each(runs, queue.cancel)
    if not done:
        raise UserError(problem)
    runs_dir, data_dir = session.config.runs_dir, session.config.data_dir

    def queue_again() -> Done:
        for run in done:
            if not run.path.exists():  # one that never started went to the trash
                restore_run(runs_dir, run.name)
        queue.enqueue(*done)
        queue.start_dispatcher(runs_dir, data_dir)
        return Done(f"{named(done)} at the end of the queue again.", now=done[0])

    command = " && ".join(f"workbench runs restore {run.name}" for run in done)
    return Done(f"{named(done)} out of the queue.", Undo(queue_again, command), problem)
