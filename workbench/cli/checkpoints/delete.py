"""``workbench checkpoints delete``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="delete")
@click.argument("references", nargs=-1, required=True, metavar="RUN@CHECKPOINT...")
@click.option("--dry-run", is_flag=True, help="Only say what would be deleted, and what it frees.")
@flags.runs_dir
@click.pass_obj
def command(
    session: Session, references: tuple[str, ...], dry_run: bool, runs_dir: Path | None
) -> None:
    """Move checkpoints to the trash of their run.

    The best of a run, the newest of a live one and the protected are kept. The space is free
    once the trash is emptied.
    """
    from workbench.api.errors import UserError
    from workbench.cli.output import say
    from workbench.cli.references import find_checkpoint_reference
    from workbench.core.checkpoints.managing import delete_checkpoint, why_kept
    from workbench.core.units import bytes_text

    folder = session.config(runs_dir=runs_dir).runs_dir
    found = [find_checkpoint_reference(folder, reference) for reference in references]
    # All or none: a list with a mistake in it deletes nothing.
    for run, checkpoint in found:
        reason = why_kept(run, checkpoint)
        if reason:
            raise UserError(f"{run.name}@{checkpoint.name} is not deleted: {reason}.")
    size = bytes_text(sum(checkpoint.manifest.size_bytes for _, checkpoint in found))
    if dry_run:
        names = ", ".join(f"{run.name}@{checkpoint.name}" for run, checkpoint in found)
        say(f"Would be deleted: {names}; it frees {size}.")
        return
    for run, checkpoint in found:
        delete_checkpoint(run, checkpoint.name)
        say(f"{run.name}@{checkpoint.name} is in the trash.")
    runs = " ".join(dict.fromkeys(run.name for run, _ in found))
    say(
        f"`workbench checkpoints restore` brings it back; `workbench checkpoints empty-trash "
        f"{runs}` frees {size}."
    )
