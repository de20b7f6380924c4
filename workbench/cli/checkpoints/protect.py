"""``workbench checkpoints protect``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="protect")
@click.argument("references", nargs=-1, required=True, metavar="RUN@CHECKPOINT...")
@click.option("--off", is_flag=True, help="Let them go again.")
@flags.runs_dir
@click.pass_obj
def command(
    session: Session, references: tuple[str, ...], off: bool, runs_dir: Path | None
) -> None:
    """Keep checkpoints from being deleted, by anyone and by newer ones."""
    from workbench.cli.output import say
    from workbench.cli.references import find_checkpoint_reference
    from workbench.core.checkpoints.managing import protect_checkpoint

    folder = session.config(runs_dir=runs_dir).runs_dir
    for reference in references:
        run, checkpoint = find_checkpoint_reference(folder, reference)
        protect_checkpoint(run, checkpoint.name, not off)
        say(f"{run.name}@{checkpoint.name} is {'not protected any more' if off else 'protected'}.")
