"""Runs that a Slurm cluster starts: their jobs, through Slurm's own commands.

A run that was submitted has the script of its job in its folder. As long as the job waits, the
run's file ``queued`` names it; the worker takes that file away when the job begins.
"""

import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path

import msgspec

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.factories import resolve
from workbench.api.options import parse_options
from workbench.api.specs import Launch, LaunchCommand, LauncherSpec
from workbench.core.files import write_atomic
from workbench.core.hosts.calls import done_there
from workbench.core.processes import module_command
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive
from workbench.core.text import printable

LAUNCHER = "slurm"
_SCRIPT = "slurm.sh"
_PENDING = "pending"
_ASK_S = 20.0
_SUBMITTING = "new"
"""The job that a run waits for while it is being submitted."""


class JobMarker(msgspec.Struct, frozen=True):
    """What ``queued`` holds of a run that Slurm starts; the queue here passes it over."""

    job: str = ""
    order: int = 0


def job_script(run: RunFolder) -> Path:
    """The script of a run's job; it is there if the run was submitted."""
    return run.path / _SCRIPT


def run_job(run: RunFolder) -> Path:
    """Holds the number of the job that was the last to begin."""
    return run.path / "slurm.job"


def waiting_job(run: RunFolder) -> str:
    """The job that a run waits for; empty if it waits for none."""
    try:
        return msgspec.json.decode(run.queued.read_bytes(), type=JobMarker).job
    except (OSError, msgspec.MsgspecError):
        return ""


def mark_waiting(run: RunFolder, job: str) -> None:
    """The run waits for this job from now on. Raises ``OSError``."""
    write_atomic(run.queued, msgspec.json.encode(JobMarker(job)) + b"\n")


def prepare(
    run: RunFolder, data_dir: Path, spec: LauncherSpec, options: dict[str, object], nodes: int
) -> LaunchCommand:
    """Write the script of the run's job; what submits it. Raises :class:`UserError`."""
    launch = Launch(
        run=run.path.absolute(),
        data_dir=data_dir.absolute(),
        worker=tuple(module_command("workbench.worker.job", str(run.path), str(data_dir))),
        nodes=nodes,
        options=parse_options(spec.options, options, where="Slurm: "),
    )
    command = resolve(spec.command)(launch)
    assert isinstance(command, LaunchCommand)
    return command


def submit(run: RunFolder, arguments: Sequence[str]) -> str:
    """Submit a run's job; its number. Raises :class:`UserError` with Slurm's reason."""
    # Before the job can begin: its worker takes the mark away.
    mark_waiting(run, _SUBMITTING)
    try:
        said = _ask(*arguments).strip()
        job = said.splitlines()[-1].partition(";")[0] if said else ""
        if not job.isdigit():
            raise UserError(f'sbatch names no job: "{printable(said)}".')
    except BaseException:
        run.queued.unlink(missing_ok=True)
        raise
    if waiting_job(run) == _SUBMITTING:
        _name_job(run, job)
    return job


def _name_job(run: RunFolder, job: str) -> None:
    """Write the number in place: a job that began meanwhile has taken the file away."""
    try:
        with run.queued.open("r+b") as file:
            file.write(msgspec.json.encode(JobMarker(job)) + b"\n")
            file.truncate()
    except FileNotFoundError:
        return


@done_there
def submit_again(run: RunFolder) -> str:
    """Submit a run that was submitted before; its job goes on from the newest checkpoint.

    Raises :class:`UserError`, also for one that still waits or has a worker.
    """
    job = waiting_job(run)
    if job and job_state(job):
        raise UserError(f"The run {run.name} waits as Slurm job {job} already.")
    if is_alive(run):
        raise UserError(f"The run {run.name} has a worker already.")
    if shutil.which("sbatch") is None:
        raise UserError(
            f"{run.name} is a run of a Slurm cluster, and sbatch is not installed here; resume it "
            f"where it was submitted, or delete {job_script(run)} to train it here."
        )
    return submit(run, ("sbatch", "--parsable", str(job_script(run))))


def job_state(job: str) -> str:
    """A waiting or running job's state and reason in words; empty if Slurm has it no more.

    Raises :class:`UserError` where Slurm does not answer.
    """
    try:
        said = _ask("squeue", "--noheader", "--jobs", job, "--format", "%T|%r").strip()
    except UserError as error:
        if "Invalid job id" in str(error):
            return ""
        raise
    state, _, reason = printable(said).partition("|")
    return f"{state.lower()}, {reason}" if reason not in ("", "None") else state.lower()


def may_wait(run: RunFolder) -> bool:
    """Whether a run has anything to do with Slurm or the queue; reads no file."""
    return run.queued.exists() or run_job(run).exists()


@done_there
def waiting_words(run: RunFolder) -> str:
    """What a run waits for in Slurm, in a sentence without an end; empty if it waits for no job."""
    try:
        _notice_preemption(run)
    except WorkbenchError:
        return ""
    job = waiting_job(run)
    if not job:
        return ""
    if job == _SUBMITTING:
        return "is being submitted to Slurm"
    try:
        state = job_state(job)
    except WorkbenchError:
        return f"waits as Slurm job {job}"
    if not state:
        return f"waited as Slurm job {job}, which is gone"
    return f"waits as Slurm job {job} ({state})"


def _notice_preemption(run: RunFolder) -> None:
    """Mark that a run waits whose job Slurm itself has queued again.

    The job can't do that: it can't tell a preemption from the end for good.
    """
    try:
        job = run_job(run).read_text(encoding="utf-8").strip()
    except OSError:
        return
    if run.queued.exists() or is_alive(run) or not job_state(job).startswith(_PENDING):
        return
    mark_waiting(run, job)
    if not job_state(job).startswith(_PENDING):  # it began meanwhile, and saw no mark
        run.queued.unlink(missing_ok=True)


def cancel_job(run: RunFolder) -> None:
    """Cancel the job that a run waits for, if it does. Raises :class:`UserError`."""
    job = waiting_job(run)
    if job and job != _SUBMITTING and job_state(job):
        _ask("scancel", job)


def requeue_job(job: str) -> None:
    """Let Slurm start this job anew later. Raises :class:`UserError`."""
    _ask("scontrol", "requeue", job)


def _ask(*arguments: str) -> str:
    """What one of Slurm's commands says. Raises :class:`UserError` with its last word."""
    try:
        done = subprocess.run(
            arguments, capture_output=True, text=True, errors="replace", timeout=_ASK_S, check=False
        )
    except FileNotFoundError:
        raise UserError(
            f"{arguments[0]} is not installed on this machine; Slurm's commands are on the "
            "cluster's login machines."
        ) from None
    except subprocess.TimeoutExpired:
        raise UserError(f"{arguments[0]} does not answer; is the cluster up?") from None
    if done.returncode:
        lines = [line for line in done.stderr.splitlines() if line.strip()] or ["no reason given"]
        raise UserError(f"Slurm refuses: {printable(lines[-1])}.")
    return done.stdout
