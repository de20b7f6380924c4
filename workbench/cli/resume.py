"""``workbench resume``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("run")
@flags.data_dir
@flags.runs_dir
@flags.detach
@click.pass_obj
def resume(
    session: Session, run: str, data_dir: Path | None, runs_dir: Path | None, detach: bool
) -> None:
    """Let a run go on, from its latest checkpoint if need be.

    A paused run goes on where it waits. One that was stopped or interrupted, or that failed,
    gets a new worker, which goes on from the latest checkpoint and is followed as by train.
    """
    from workbench.api.commands import Resume
    from workbench.api.errors import UserError
    from workbench.api.events import RunResumed
    from workbench.cli.conversation import Conversation
    from workbench.cli.launching import train_detached, train_here
    from workbench.cli.output import say
    from workbench.core.runs import find_run, is_alive, overview

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    folder = find_run(config.runs_dir, run)
    state = overview(folder).state
    if is_alive(folder):
        if state != "paused":
            say(f"{folder.name} has a worker already; `workbench attach {folder.name}` follows it.")
            return
        conversation = Conversation(folder)
        conversation.ask(Resume())
        resumed = conversation.wait_for(RunResumed)
        say(f"{folder.name} goes on after {resumed.step:,} batches.")
    elif state == "completed":
        raise UserError(
            f"{folder.name} is completed; `workbench train {folder.plan}` repeats it as a new run."
        )
    elif detach:
        train_detached(folder, config)
    else:
        train_here(folder, config, debug=session.debug)
