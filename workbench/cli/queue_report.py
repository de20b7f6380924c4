"""What a person reads of the queue, and adding runs to it."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

from workbench.cli.output import note, print_table, say
from workbench.core.config import Config
from workbench.core.queue import (
    active_runs,
    enqueue,
    is_dispatching,
    queued_runs,
    read_jobs,
    start_dispatcher,
)
from workbench.core.runs import RunFolder, overview
from workbench.core.runs.title import plan_title

_HEAD = ("POSITION", "RUN", "STATE", "PLAN")
START = "`workbench queue start` starts them"


@dataclass(frozen=True)
class QueueItem:
    """A run of the queue; one that is at work has no position."""

    position: int | None
    name: str
    state: str
    plan: str


@dataclass(frozen=True)
class QueueReport:
    """The queue as ``--json`` gives it; ``jobs`` is how many are at work at once."""

    dispatching: bool
    jobs: int
    runs: tuple[QueueItem, ...]


def queue_report(runs_dir: Path) -> QueueReport:
    """The queue as it is now: what is at work, then what waits."""
    active = [_item(run, None) for run, _ in active_runs(runs_dir)]
    waiting = [_item(run, place) for place, run in enumerate(queued_runs(runs_dir), start=1)]
    return QueueReport(is_dispatching(runs_dir), read_jobs(runs_dir), (*active, *waiting))


def _item(run: RunFolder, position: int | None) -> QueueItem:
    return QueueItem(position, run.name, overview(run).state, plan_title(run))


def print_queue(report: QueueReport) -> None:
    """Print the queue as a table."""
    if not report.runs:
        say("Nothing waits; `workbench queue add` adds a run.")
        return
    rows = [
        ("" if item.position is None else str(item.position), item.name, item.state, item.plan)
        for item in report.runs
    ]
    print_table(_HEAD, rows)
    if not report.dispatching:
        note(f"No dispatcher is at work; {START}.")


def add_to_queue(runs: Sequence[RunFolder], config: Config) -> None:
    """Queue runs, see to it that they are started, and print their names.

    Raises :class:`UserError` for a run that can't be queued.
    """
    enqueue(*runs)
    for run in runs:
        say(run.name)
    start_dispatcher(config.runs_dir, config.data_dir)
    note("`workbench queue` lists what waits; it goes on without this terminal.")
