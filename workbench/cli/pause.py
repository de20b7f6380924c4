"""``workbench pause``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("run")
@click.option("--after", type=click.IntRange(min=1), help="Train so many batches more first.")
@flags.runs_dir
@click.pass_obj
def pause(session: Session, run: str, after: int | None, runs_dir: Path | None) -> None:
    """Pause a run after its current batch.

    Its worker waits with the model loaded.
    """
    from workbench.api.commands import Pause
    from workbench.api.events import RunPaused
    from workbench.cli.output import say
    from workbench.core.runs import find_run, overview
    from workbench.core.runs.conversation import Conversation

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    if after is None and overview(folder).state == "paused":
        say(f"{folder.name} is paused already.")
        return
    conversation = Conversation(folder)
    conversation.ask(Pause(batches=after or 0))
    paused = conversation.wait_for(RunPaused)
    say(f"{folder.name} is paused after {paused.step:,} batches.")
