"""``workbench checkpoints restore``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="restore")
@click.argument("reference", metavar="RUN[@CHECKPOINT]")
@flags.runs_dir
@click.pass_obj
def command(session: Session, reference: str, runs_dir: Path | None) -> None:
    """Bring a deleted checkpoint back, by default the one that was deleted last."""
    from workbench.cli.output import say
    from workbench.cli.references import find_reference
    from workbench.core.checkpoints.managing import restore_checkpoint

    run, name = find_reference(session.config(runs_dir=runs_dir).runs_dir, reference)
    restored = restore_checkpoint(run, name or None)
    say(f"{run.name}@{restored.name} is back.")
