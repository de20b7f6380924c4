"""``workbench stop``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("run")
@click.option("--at-epoch-end", is_flag=True, help="Finish the epoch and its test first.")
@click.option("--kill", is_flag=True, help="End a worker that hangs, without a checkpoint.")
@flags.runs_dir
@click.pass_obj
def stop(session: Session, run: str, at_epoch_end: bool, kill: bool, runs_dir: Path | None) -> None:
    """Stop a run with a checkpoint."""
    from workbench.api.commands import Stop
    from workbench.api.events import RunFinished
    from workbench.cli.output import say
    from workbench.core.queue import cancel
    from workbench.core.runs import find_run, is_alive, overview
    from workbench.core.runs.conversation import Conversation, WorkerEndedError
    from workbench.core.runs.killing import kill_worker
    from workbench.core.slurm import waiting_job

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    if not is_alive(folder) and (job := waiting_job(folder)):
        cancel(folder)
        say(f"{folder.name} waits no more; Slurm job {job} is cancelled.")
        return
    if not is_alive(folder):
        say(f"{folder.name} has no worker; it is {overview(folder).state}.")
        return
    if kill:
        kill_worker(folder)
        say(f"{folder.name} was ended; `workbench resume {folder.name}` lets it go on.")
        return
    conversation = Conversation(folder)
    try:
        conversation.ask(Stop(at_epoch_end=at_epoch_end))
        conversation.wait_for(RunFinished)
        conversation.wait_for_exit()
    except WorkerEndedError:
        # It may have come to its end by itself meanwhile.
        if overview(folder).state not in ("stopped", "completed"):
            raise
    after = overview(folder)
    checkpoint = f"; its latest checkpoint is {after.checkpoint}" if after.checkpoint else ""
    say(f"{folder.name} is {after.state} after {after.step:,} batches{checkpoint}.")
