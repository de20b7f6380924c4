"""``workbench checkpoints verify``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="verify")
@click.argument("references", nargs=-1, required=True, metavar="RUN[@CHECKPOINT]...")
@flags.runs_dir
@click.pass_obj
def command(session: Session, references: tuple[str, ...], runs_dir: Path | None) -> None:
    """Compare the files of checkpoints with their SHA-256.

    A run alone means all its checkpoints. Exits with 2 if a file is missing or damaged.
    """
    from workbench.api.errors import UserError
    from workbench.cli.output import note, say
    from workbench.cli.references import find_reference
    from workbench.core.checkpoints import find_checkpoint, list_checkpoints, verify

    folder = session.config(runs_dir=runs_dir).runs_dir
    damaged = 0
    for reference in references:
        run, name = find_reference(folder, reference)
        for checkpoint in [find_checkpoint(run, name)] if name else list_checkpoints(run):
            try:
                verify(checkpoint)
            except UserError as error:
                damaged += 1
                note(str(error))
            else:
                say(f"{run.name}@{checkpoint.name} is whole.")
    if damaged:
        raise UserError(f"Damaged checkpoints: {damaged}; use others of the same runs.")
