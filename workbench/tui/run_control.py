"""Starting runs and steering them; everything here may block, so screens call it in a thread.

What the first paint does not need is imported by the thread that needs it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from workbench.api.errors import WorkbenchError

if TYPE_CHECKING:
    import subprocess
    import threading

    from workbench.api.commands import Command
    from workbench.api.events import Event
    from workbench.core.plan import Plan
    from workbench.core.plugins import Registry
    from workbench.core.runs import RunFolder
    from workbench.tui.session import Session

_FIRST_LOOK_S = 10.0


def newest_run(session: Session) -> RunFolder | None:
    """The newest live run, else the newest that does not wait in the queue, else any."""
    from workbench.core.runs import is_alive, list_runs

    if session.place is not None:
        session.place.link.wait_for_look(_FIRST_LOOK_S)
    runs = list_runs(session.config.runs_dir)
    begun = (run for run in runs if not run.queued.exists())
    return next((run for run in runs if is_alive(run)), None) or next(iter((*begun, *runs)), None)


def title_of(run: RunFolder) -> str:
    """A run's plan in a line; empty where it can't be read."""
    from workbench.core.files import read_toml

    try:
        document = read_toml(run.plan)
    except WorkbenchError:
        return ""
    tables = (document.get(kind) for kind in ("dataset", "model", "optimizer", "backend"))
    return " · ".join(str(table.get("name", "")) for table in tables if isinstance(table, dict))


def create(session: Session, plan: Plan, registry: Registry) -> RunFolder:
    """Make a run's folder, if its backend is installed. Raises :class:`WorkbenchError`."""
    from workbench.core.plugins.registry import require_installed
    from workbench.core.runs import create_run

    if session.place is not None:
        from workbench.core.hosts.deeds import create_run_there
        from workbench.core.plan.toml import plan_document

        document = plan_document(plan)
        # Those that are configured here mean nothing there, where others are.
        own = {str(path) for path in session.config.plugin_paths}
        document["plugins"] = [path for path in plan.plugins if path not in own]
        return create_run_there(session.config.runs_dir, document)
    require_installed(registry.backend(plan.backend.name))
    return create_run(session.config.runs_dir, plan)


def launch(session: Session, run: RunFolder, device: str | None = None) -> None:
    """Start a run's worker, or give it to the one that waits, and wait until it holds the lock.

    It goes on with another ``device`` than its plan's where one is named. Raises
    :class:`WorkbenchError` if it ends before that, with its last words.
    """
    session.starting.add(run.path)
    try:
        if device is not None:
            from workbench.core.hosts.deeds import use_device

            use_device(run, device)
        _launch(session, run)
    finally:
        session.starting.discard(run.path)


def _launch(session: Session, run: RunFolder) -> None:
    from workbench.core.runs import data_dir_of, launch_worker
    from workbench.core.runs.launch import events_size, refuse_silent_end
    from workbench.core.slurm import job_script, submit_again

    if session.place is not None:
        from workbench.core.hosts.deeds import launch_there

        launch_there(run)
        return
    if job_script(run).is_file():
        submit_again(run)
        return
    written = events_size(run)
    data_dir = data_dir_of(run, session.config)
    spare = session.spare
    waiting = spare.take(_backend_of(run), run, data_dir) if spare is not None else None
    if waiting is not None and _has_begun(session, run, waiting, written):
        return
    worker = launch_worker(run, data_dir)
    if not _has_begun(session, run, worker, written):
        refuse_silent_end(run, worker)


def _has_begun(
    session: Session, run: RunFolder, worker: subprocess.Popen[bytes], written: int
) -> bool:
    """Wait until the worker holds the lock; whether it did, or said in its events why it ended."""
    from workbench.core.runs.launch import has_begun

    # Kept, and asked with each reading of the devices, so that one that has ended is no zombie.
    session.workers = [*(item for item in session.workers if item.poll() is None), worker]
    return has_begun(run, worker, written)


def _backend_of(run: RunFolder) -> str:
    """The backend as the run's plan names it; empty where it can't be read."""
    from workbench.core.files import read_toml

    try:
        table = read_toml(run.plan).get("backend")
    except WorkbenchError:
        return ""
    return str(table.get("name", "")) if isinstance(table, dict) else ""


def warm_up(session: Session, backend: str, place: str) -> None:
    """Have a worker wait that has imported a backend's framework."""
    from workbench.core.runs.spare import SpareWorker

    session.spare = session.spare or SpareWorker()
    session.spare.prepare(backend, place)


def steer(run: RunFolder, command: Command) -> None:
    """Send a command to a live run. Raises :class:`WorkbenchError`."""
    from workbench.core.runs import send_command

    send_command(run, command)


def missing_device(session: Session, run: RunFolder) -> str:
    """The CUDA device that a run's plan names and that this machine lacks; empty for none."""
    from workbench.core.files import read_toml

    try:
        wanted = str(read_toml(run.plan).get("device", ""))
    except WorkbenchError:
        return ""
    there = {"cuda:0" if wanted == "cuda" else wanted} & set(devices_there(session))
    return wanted if wanted.startswith("cuda") and session.devices and not there else ""


def devices_there(session: Session) -> tuple[str, ...]:
    """The devices that a run can be given."""
    gpus = session.devices[-1].gpus if session.devices else ()
    return ("auto", "cpu", *(gpu.device for gpu in gpus if gpu.device))


def extend(session: Session, run: RunFolder, epochs: int, device: str | None = None) -> None:
    """Let an ended run go on until it has so many epochs. Raises :class:`WorkbenchError`."""
    from workbench.api.commands import SetEpochs
    from workbench.core.runs import append_command

    append_command(run, SetEpochs(epochs=epochs))
    launch(session, run, device)


def add_note(run: RunFolder, text: str) -> None:
    """Write a note into a run's events. Raises :class:`WorkbenchError`."""
    from workbench.core.runs.managing import add_note as write_note

    write_note(run, text)


def evaluate(session: Session, run: RunFolder) -> list[Event]:
    """Evaluate a run's latest checkpoint on the test split, in a worker of its own."""
    from workbench.api.events import Evaluated
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.runs import data_dir_of
    from workbench.core.tasks import EvaluateTask, run_task

    checkpoint = find_checkpoint(run)
    data_dir = str(data_dir_of(run, session.config))
    result = run_task(EvaluateTask(str(run.path), checkpoint.name, data_dir))
    return [result] if isinstance(result, Evaluated) else []


def predict(session: Session, run: RunFolder, indices: tuple[int, ...]) -> list[Event]:
    """Predict test items with a run's latest checkpoint, in a worker of its own."""
    from workbench.api.events import SamplesPredicted
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.runs import data_dir_of
    from workbench.core.tasks import PredictTask, run_task

    checkpoint = find_checkpoint(run)
    data_dir = str(data_dir_of(run, session.config))
    result = run_task(PredictTask(str(run.path), checkpoint.name, indices, data_dir))
    return [result] if isinstance(result, SamplesPredicted) else []


def forecast_plan(session: Session, plan: Plan, unwanted: threading.Event) -> tuple[str, ...]:
    """What a plan would take, in lines. Raises :class:`WorkbenchError`."""
    from workbench.core.forecast import forecast

    _refuse_elsewhere(session)
    return forecast(plan, session.config.data_dir, session.config.runs_dir, unwanted)


def find_batch_size(
    session: Session, plan: Plan, unwanted: threading.Event
) -> tuple[int, tuple[str, ...]]:
    """The batch size that a plan trains fastest with, and what was tried, in lines."""
    from workbench.core.batch_sizes import find_batch_size, size_lines

    _refuse_elsewhere(session)
    found = find_batch_size(plan, session.config.data_dir, unwanted)
    return found.chosen, size_lines(found)


def _refuse_elsewhere(session: Session) -> None:
    if session.place is not None:
        raise WorkbenchError(
            "This is measured on the machine that trains: run the command below there."
        )
