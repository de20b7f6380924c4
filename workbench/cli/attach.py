"""``workbench attach``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("run")
@flags.runs_dir
@click.pass_obj
def attach(session: Session, run: str, runs_dir: Path | None) -> None:
    """Follow a run: its lines so far, then the new ones.

    Ctrl+C leaves the run, which goes on.
    """
    from workbench.cli.following import Follower, conclude
    from workbench.cli.interrupts import Interrupts
    from workbench.cli.output import note
    from workbench.core.runs import find_run

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    with Interrupts() as interrupts:
        end = Follower(folder).follow(interrupts, lambda _: True)
    if end.interrupts and end.seen.is_live:
        note(f"Detached; {folder.name} goes on.")
        return
    conclude(folder, end, debug=session.debug)
