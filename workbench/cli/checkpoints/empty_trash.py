"""``workbench checkpoints empty-trash``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="empty-trash")
@click.argument("runs", nargs=-1, required=True, metavar="RUN...")
@flags.runs_dir
@click.pass_obj
def command(session: Session, runs: tuple[str, ...], runs_dir: Path | None) -> None:
    """Delete the deleted checkpoints of runs for good."""
    from workbench.cli.output import say
    from workbench.core.checkpoints.managing import empty_trash
    from workbench.core.runs import find_run
    from workbench.core.units import bytes_text

    folder = session.config(runs_dir=runs_dir).runs_dir
    freed = sum(empty_trash(find_run(folder, name)) for name in runs)
    say(f"Freed: {bytes_text(freed)}.")
