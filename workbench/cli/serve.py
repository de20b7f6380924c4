"""``workbench serve``: the other side of ``--host``."""

import click

from workbench.cli.session import Session
from workbench.core.processes import module_command


@click.command(hidden=True)
@click.argument("what", type=click.Choice(["runs", "predictor"]), default="runs")
@click.argument("idle_s", type=float, default=1800.0)
@click.pass_obj
def serve(session: Session, what: str, idle_s: float) -> None:
    """Speak with an interface on another machine, which started this through ssh."""
    if what == "predictor":
        import os
        import sys

        os.execv(sys.executable, module_command("workbench.worker.predictor", str(idle_s)))
    from workbench.core.hosts.serving import serve as serve_runs

    config = session.config()
    serve_runs(config.runs_dir, config.data_dir)
