"""Proving that a resume is exact: the same plan uninterrupted and interrupted, compared."""

import contextlib
import itertools
import subprocess
import time
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import psutil

from workbench.api.commands import Pause
from workbench.api.errors import WorkbenchError
from workbench.api.events import RunPaused, log_lines
from workbench.core.checkpoints import find_checkpoint
from workbench.core.plan import Plan
from workbench.core.runs.commands import append_command
from workbench.core.runs.events import EventReader, read_events
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.killing import end_family
from workbench.core.runs.launch import launch_worker
from workbench.core.runs.overview import overview
from workbench.core.runs.rewind import effective_events
from workbench.core.runs.store import create_run

_POLL_S = 0.02


@dataclass(frozen=True)
class ResumeReport:
    """How an interrupted run compares with an uninterrupted one of the same plan.

    ``differing_files`` are files of the last checkpoint whose bytes differ, ``first_difference``
    the first line of the log that does, uninterrupted and resumed; ``device`` is the plan's.
    """

    killed_at: tuple[int, ...]
    steps: int
    differing_files: tuple[str, ...]
    differing_lines: int
    first_difference: tuple[str, str] | None = None
    device: str = "cpu"

    @property
    def is_exact(self) -> bool:
        """Whether nothing differs."""
        return not (self.differing_files or self.differing_lines)

    def sentences(self) -> tuple[str, ...]:
        """The report in words."""
        kills = ", ".join(str(batch) for batch in self.killed_at)
        files = ", ".join(self.differing_files)
        lines = [
            f"Killed after batch {kills} of {self.steps}, and resumed.",
            f"Last checkpoint: {f'these files differ: {files}' if files else 'the same bytes'}.",
            f"Log: {self.differing_lines or 'no'} lines differ.",
        ]
        if self.first_difference is not None:
            expected, found = self.first_difference
            lines.append(f'The first is "{expected}" uninterrupted, and "{found}" resumed.')
        lines.append("The resume is exact." if self.is_exact else "The resume is NOT exact.")
        if not self.is_exact and self.device != "cpu":
            lines.append(
                "A GPU may add in another order each time, and then two uninterrupted runs differ "
                "too; `--device cpu` tells whether the resume itself is exact."
            )
        return tuple(lines)


def verify_resume(
    plan: Plan,
    folder: Path,
    data_dir: Path,
    kill_at: Sequence[int],
    on_progress: Callable[[str], None],
) -> ResumeReport:
    """Run a plan twice in ``folder``; kill the second run's worker after each given batch.

    The worker gets SIGKILL, so that nothing can be saved in that moment; the next one goes
    on from the last checkpoint, which is some batches earlier. Raises
    :class:`WorkbenchError` if a run does not reach its end.
    """
    checkpoint = replace(plan.checkpoint, every_batches=_save_every(kill_at))
    # Nobody wants to follow a run that is only there to be compared.
    plan = replace(plan, checkpoint=checkpoint, followers=())
    on_progress("uninterrupted")
    whole = create_run(folder, plan, "uninterrupted")
    _finish(whole, data_dir)
    run = create_run(folder, plan, "interrupted")
    for batch in sorted(kill_at):
        on_progress(f"killed after batch {batch}")
        _kill_after(run, data_dir, batch)
    on_progress("resumed to the end")
    _finish(run, data_dir)
    expected, found = find_checkpoint(whole).manifest, find_checkpoint(run).manifest
    pairs = list(itertools.zip_longest(_lines(whole), _lines(run), fillvalue=""))
    differing = [(one, other) for one, other in pairs if one != other]
    names = sorted(expected.files.keys() | found.files.keys())
    return ResumeReport(
        killed_at=tuple(sorted(kill_at)),
        steps=found.step,
        differing_files=tuple(
            name for name in names if expected.files.get(name) != found.files.get(name)
        ),
        differing_lines=len(differing),
        first_difference=differing[0] if differing else None,
        device=plan.run.device,
    )


def _save_every(kill_at: Sequence[int]) -> int:
    """A distance of checkpoints that puts none on the batch of a kill."""
    distance = max(2, min(kill_at) // 2 or 2)
    while any(batch % distance == 0 for batch in kill_at):
        distance += 1
    return distance


def _kill_after(run: RunFolder, data_dir: Path, batch: int) -> None:
    reader = EventReader(run)
    reader.read()
    done = overview(run).checkpoint
    reached = find_checkpoint(run, done).manifest.step if done else 0
    if batch <= reached:
        return
    append_command(run, Pause(batches=batch - reached))
    with _worker(run, data_dir) as worker:
        while not any(isinstance(event, RunPaused) for event in reader.read()):
            if worker.poll() is not None:
                raise WorkbenchError(
                    f"The run ended before batch {batch}; see {run.log} and kill it earlier."
                )
            time.sleep(_POLL_S)
        worker.kill()


@contextlib.contextmanager
def _worker(run: RunFolder, data_dir: Path) -> Iterator[subprocess.Popen[bytes]]:
    """A worker that does not outlive whoever waits for it: Ctrl+C ends it too."""
    worker = launch_worker(run, data_dir)
    try:
        yield worker
    except BaseException:
        if worker.poll() is None:
            end_family(psutil.Process(worker.pid))
        raise
    finally:
        worker.wait()


def _finish(run: RunFolder, data_dir: Path) -> None:
    with _worker(run, data_dir) as worker:
        worker.wait()
    seen = overview(run)
    if seen.state != "completed":
        raise WorkbenchError(f"The run {run.name} {seen.state}: {seen.error or run.log}")


def _lines(run: RunFolder) -> list[str]:
    return [line for event in effective_events(read_events(run)) for line in log_lines(event)]
