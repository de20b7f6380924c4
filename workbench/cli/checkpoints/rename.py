"""``workbench checkpoints rename``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="rename")
@click.argument("reference", metavar="RUN@CHECKPOINT")
@click.argument("new_name")
@flags.runs_dir
@click.pass_obj
def command(session: Session, reference: str, new_name: str, runs_dir: Path | None) -> None:
    """Give a checkpoint another name."""
    from workbench.cli.output import say
    from workbench.cli.references import find_checkpoint_reference
    from workbench.core.checkpoints.managing import rename_checkpoint

    folder = session.config(runs_dir=runs_dir).runs_dir
    run, checkpoint = find_checkpoint_reference(folder, reference)
    renamed = rename_checkpoint(run, checkpoint.name, new_name)
    say(f"{run.name}@{checkpoint.name} is {run.name}@{renamed.name} now.")
