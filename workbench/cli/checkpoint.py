"""``workbench checkpoint``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("run")
@click.option("--name", default="", help="Name of the checkpoint, which is then never deleted.")
@flags.runs_dir
@click.pass_obj
def checkpoint(session: Session, run: str, name: str, runs_dir: Path | None) -> None:
    """Save a checkpoint of a live run now."""
    from workbench.api.commands import SaveCheckpoint
    from workbench.api.errors import WorkbenchError
    from workbench.api.events import CheckpointFailed, CheckpointSaved
    from workbench.cli.output import say
    from workbench.core.runs import find_run, overview
    from workbench.core.runs.conversation import Conversation
    from workbench.core.units import bytes_text

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    for event in reversed(Conversation(folder).ask(SaveCheckpoint(name=name))):
        if isinstance(event, CheckpointFailed):
            raise WorkbenchError(f"The checkpoint could not be saved: {event.error}.")
        if isinstance(event, CheckpointSaved):
            say(f"Checkpoint {folder.name}@{event.name} saved ({bytes_text(event.size_bytes)}).")
            return
    # The worker saves no step twice.
    say(f"This step is saved already: {folder.name}@{overview(folder).checkpoint}.")
