"""A worker's life: lock, train or let others train, say how it ended."""

import contextlib
import traceback
from pathlib import Path

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import Event, RunFailed
from workbench.core.checkpoints import sweep
from workbench.core.queue import leave_queue, take_queued
from workbench.core.runs import EventWriter, RunFolder, RunLock
from workbench.core.runs.commands import end_of_commands
from workbench.core.runs.nodes import Node
from workbench.worker.disk import Reserve
from workbench.worker.explaining import explain
from workbench.worker.followers import Followers
from workbench.worker.group import Group, find_group
from workbench.worker.journal import Journal
from workbench.worker.setup import read_plan
from workbench.worker.training import Task, told_before, train_plan

_ALONE = Node()


def work(run: RunFolder, data_dir: Path, *, is_queued: bool = False, node: Node = _ALONE) -> int:
    """Train a run to its end, from its newest checkpoint if it has one; the exit code.

    With ``is_queued`` it does so only if the run still waits in the queue. Another machine
    than number 0 of several takes part in what that one leads.
    """
    try:
        if not run.plan.is_file():
            raise UserError(f"There is no plan {run.plan}; the run was deleted or renamed.")
        if node.index:
            return _join(run, data_dir, node)
        with RunLock(run) as lock:
            asked_before = end_of_commands(run)
            if is_queued and not take_queued(run):
                return 0
            if not is_queued:
                leave_queue(run)
            sweep(run)
            earlier = told_before(run)
            journal = Journal(run, EventWriter(run), Reserve(run.path))
            try:
                return _train(run, data_dir, journal, earlier, asked_before, node, lock)
            finally:
                journal.close()
    except WorkbenchError as error:
        print(f"Error: {error}", flush=True)
        return error.exit_code


def _train(
    run: RunFolder,
    data_dir: Path,
    journal: Journal,
    earlier: list[Event],
    asked_before: int,
    node: Node,
    lock: RunLock,
) -> int:
    try:
        plan, registry = read_plan(run.plan)
        found = find_group(plan, registry, node)
        if found.launcher is not None:
            return Group(run, data_dir, plan, registry, found, node).lead(
                journal, lock, asked_before
            )
        journal.follow(Followers(run, plan, registry))
        train_plan(Task(run, data_dir, journal, earlier, plan, registry, asked_before, found.share))
    except Exception as error:
        sentence, code = explain(error, run.path)
        trace = "".join(traceback.format_exception(error))
        with contextlib.suppress(OSError):
            journal.free_reserve()
            journal.add(RunFailed(error=sentence, exit_code=code, traceback=trace))
            print(trace, flush=True)
        return code
    return 0


def _join(run: RunFolder, data_dir: Path, node: Node) -> int:
    plan, registry = read_plan(run.plan)
    return Group(run, data_dir, plan, registry, find_group(plan, registry, node), node).join()
