"""A new run that begins with a checkpoint's weights: by the same plan, or by a changed one."""

from __future__ import annotations

import shlex
from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Any

from textual.content import Content

from workbench.core import queue
from workbench.core.text import printable
from workbench.tui import run_control
from workbench.tui.plan_draft import PlanDraft
from workbench.tui.screens.checkpoints.reading import Saved
from workbench.tui.screens.plan_changes import RepeatScreen

if TYPE_CHECKING:
    from workbench.core.plan import Plan
    from workbench.core.plugins import Registry
    from workbench.core.runs import RunFolder
    from workbench.tui.session import Session


def plan_from(item: Saved) -> dict[str, Any]:
    """The plan of a checkpoint, to begin with its weights; its plugins with whole paths."""
    document = {**item.checkpoint.manifest.plan}
    document["start_from"] = str(item.checkpoint.path.absolute())
    named = document.get("plugins")
    if isinstance(named, list):
        document["plugins"] = [str(item.run.path.absolute() / path) for path in named]
    return document


def begin_command(item: Saved, values: Sequence[str], is_queued: bool) -> str:
    """What trains a new run from a checkpoint, with changes as KEY=VALUE."""
    words = ["workbench", "train", "--from", item.reference]
    for value in values:
        words += ["--set", value]
    return shlex.join([*words, "--queue"] if is_queued else words)


def begin_screen(session: Session, registry: Registry, item: Saved) -> RepeatScreen:
    """Shows the plan, to change it or leave it."""
    base = PlanDraft(plan_from(item), registry, session.config.plugin_paths)
    title = Content.assemble("New run from ", (printable(item.reference), "bold"))

    def command(values: Sequence[str], is_queued: bool) -> str:
        return begin_command(item, values, is_queued)

    return RepeatScreen(title, base, command)


def start(
    session: Session,
    registry: Registry,
    plan: Plan,
    is_queued: bool,
    on_made: Callable[[RunFolder], None],
) -> RunFolder:
    """Make the run, tell of it, and start it or let it wait. Raises :class:`WorkbenchError`."""
    run = run_control.create(session, plan, registry)
    if is_queued:
        queue.enqueue(run)
        queue.start_dispatcher(session.config.runs_dir, session.config.data_dir)
    else:
        on_made(run)
        run_control.launch(session, run)
    return run
