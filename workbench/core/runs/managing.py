"""Renaming, repeating, annotating and deleting runs; what is deleted goes to a trash first."""

import shutil
import time
from pathlib import Path

from workbench.api.commands import AddNote
from workbench.api.errors import UserError
from workbench.api.events import NoteAdded
from workbench.api.options import unknown_name
from workbench.core.config import read_run_document
from workbench.core.files import sync_folder, write_atomic
from workbench.core.hosts.calls import done_there
from workbench.core.plan import check_plan, plan_toml
from workbench.core.plugins import Registry
from workbench.core.runs.commands import send_command
from workbench.core.runs.events import EventWriter
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import RunLock, is_alive
from workbench.core.runs.overview import overview
from workbench.core.runs.store import check_run_name, create_run
from workbench.core.slurm import cancel_job

TRASH = ".trash"


@done_there
def delete_run(run: RunFolder) -> None:
    """Move a run to the trash of the runs; one that waits leaves the queue.

    Raises :class:`UserError` for a live run.
    """
    _refuse_live(run, "deleted")
    cancel_job(run)
    # First, so that no worker takes the run out of the queue any more.
    run.queued.unlink(missing_ok=True)
    with RunLock(run):
        discard_run(run)


def discard_run(run: RunFolder) -> None:
    """Move a run that no worker can be at to the trash of the runs."""
    trash = run.path.parent / TRASH
    trash.mkdir(exist_ok=True)
    # The time of deletion keeps two of the same name apart; the newest is restored first.
    run.path.replace(trash / f"{run.name}~{time.time_ns()}")
    sync_folder(run.path.parent)


def list_trashed_runs(runs_dir: Path) -> list[RunFolder]:
    """The deleted runs, the one deleted last at the end."""
    trash = runs_dir / TRASH
    paths = sorted(trash.glob("*~*"), key=deleted_ns) if trash.is_dir() else []
    return [RunFolder(path) for path in paths]


def trashed_name(run: RunFolder) -> str:
    """The name that a deleted run had."""
    return run.name.rpartition("~")[0]


def deleted_ns(path: Path) -> int:
    """When something in a trash was deleted, in nanoseconds of Unix time."""
    digits = path.name.rpartition("~")[2]
    return int(digits) if digits.isdigit() else 0


@done_there
def restore_run(runs_dir: Path, name: str | None = None) -> RunFolder:
    """Bring a deleted run back: the named one, or the one deleted last.

    Raises :class:`UserError` if there is none, or another run has its name by now.
    """
    trashed = list_trashed_runs(runs_dir)
    matching = [run for run in trashed if name in (None, trashed_name(run))]
    if not matching:
        shown = name or "any"
        names = [trashed_name(run) for run in trashed]
        raise UserError(unknown_name(shown, shown, names, "deleted run"))
    restored = RunFolder(runs_dir / trashed_name(matching[-1]))
    _refuse_taken(restored)
    matching[-1].path.replace(restored.path)
    sync_folder(runs_dir)
    return restored


@done_there
def rename_run(run: RunFolder, new_name: str) -> RunFolder:
    """Give a run another name. Raises :class:`UserError` for a live run or a taken name."""
    check_run_name(new_name)
    _refuse_live(run, "renamed")
    renamed = RunFolder(run.path.parent / new_name)
    _refuse_taken(renamed)
    with RunLock(run):
        run.path.replace(renamed.path)
    sync_folder(run.path.parent)
    return renamed


def repeat_run(
    runs_dir: Path, run: RunFolder, registry: Registry, name: str | None = None
) -> RunFolder:
    """Make a new run with the same plan; its worker is not started yet.

    Raises :class:`UserError` for a plan that does not fit the plugins of today.
    """
    return create_run(runs_dir, check_plan(read_run_document(run.plan), registry), name)


def change_devices(
    run: RunFolder, registry: Registry, *, device: str | None = None, devices: str | None = None
) -> None:
    """Let a run go on with another device or other devices; the rest of its plan stays.

    ``devices`` is ``N``, ``all`` or a list; a ``device`` that is one device alone is the only one
    unless ``devices`` says more. Raises :class:`UserError` for a live run or devices that don't
    fit the plan.
    """
    _refuse_live(run, "given other devices")
    changes = {}
    if device is not None:
        changes["device"] = device
        if device not in ("auto", "cuda"):
            changes["devices"] = "1"
    if devices is not None:
        changes["devices"] = devices
    plan = check_plan({**read_run_document(run.plan), **changes}, registry)
    with RunLock(run):
        write_atomic(run.plan, plan_toml(plan).encode())


@done_there
def add_note(run: RunFolder, text: str) -> None:
    """Write a note into a run's events: its worker does, or we if there is none.

    Raises :class:`UserError` if a worker is just taking the run.
    """
    if is_alive(run):
        send_command(run, AddNote(text=text))
        return
    # Who holds the lock is the only one that writes.
    with RunLock(run):
        writer = EventWriter(run)
        try:
            writer.write(NoteAdded(step=overview(run).step, text=text))
        finally:
            writer.close()


def empty_trash_of_runs(runs_dir: Path) -> None:
    """Delete the deleted runs for good."""
    shutil.rmtree(runs_dir / TRASH, ignore_errors=True)


def _refuse_live(run: RunFolder, done: str) -> None:
    seen = overview(run)
    if seen.is_live or is_alive(run):
        raise UserError(
            f"The run {run.name} is {seen.state} and can't be {done}; "
            f"stop it first with `workbench stop {run.name}`."
        )


def _refuse_taken(run: RunFolder) -> None:
    if run.path.exists():
        raise UserError(f'There is a run "{run.name}" already; choose another name.')
