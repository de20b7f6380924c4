"""``workbench train``."""

from pathlib import Path
from typing import Any

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("plan", required=False, type=click.Path(path_type=Path), metavar="[PLAN.toml]")
@click.option(
    "--from",
    "start",
    metavar="RUN[@CHECKPOINT]",
    help="Begin with these weights, and with that run's plan unless another is given.",
)
@flags.plan
@flags.data_dir
@flags.runs_dir
@click.option("--name", metavar="NAME", help="Name of the run; invented if not given.")
@flags.detach
@flags.machines
@click.option("--queue", "is_queued", is_flag=True, help="Let it wait for the queued runs' end.")
@click.option(
    "--find-batch-size",
    is_flag=True,
    help="First try batch sizes, and train with the one that is fastest here.",
)
@click.option(
    "--dry-run", is_flag=True, help="Only say what the run would take, from real batches."
)
@click.pass_obj
def train(
    session: Session,
    /,
    plan: Path | None,
    start: str | None,
    preset: str | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    runs_dir: Path | None,
    name: str | None,
    detach: bool,
    nnodes: int | None,
    rdzv: str | None,
    is_queued: bool,
    find_batch_size: bool,
    dry_run: bool,
    **plan_flags: Any,
) -> None:
    """Train a new run and follow it.

    What is trained comes from a preset (the default one unless named) or from a plan file,
    such as the run.toml of an earlier run, with the other options laid over it.

    With --nnodes and --rdzv the same command starts on each of several machines that share the
    folder of the runs: the one that --rdzv names makes the run, the others take part in it.

    The lines of the log go to standard output, everything else to standard error. Ctrl+C
    stops the run with a checkpoint; a second one ends it at once.
    """
    from workbench.api.errors import UserError
    from workbench.cli import plan_flags as plans
    from workbench.cli.gathering import gather
    from workbench.cli.launching import train_detached, train_here
    from workbench.cli.output import note
    from workbench.cli.queue_report import add_to_queue
    from workbench.cli.references import find_reference
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.runs import create_run

    if is_queued and nnodes is not None:
        raise UserError("A run on several machines can't wait in the queue; leave --queue out.")
    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    if start is not None:
        begun, checkpoint = find_reference(config.runs_dir, start)
        plan_flags["start_from"] = str(find_checkpoint(begun, checkpoint or "latest").path)
        plan = begun.plan if plan is None and preset is None else plan
    checked = plans.draft(session, config, preset, plan, plan_flags, assignments).plan
    if find_batch_size:
        from workbench.cli.batch_size import with_found_batch_size

        checked = with_found_batch_size(checked, config)
    if dry_run:
        from workbench.cli.dry_run import print_forecast

        print_forecast(checked, config)
        return
    run, node = gather(config, nnodes, rdzv, lambda: create_run(config.runs_dir, checked, name))
    note(f"Run {run.name}: {checked.title}, in {run.path}")
    if is_queued:
        add_to_queue([run], config)
    elif detach:
        train_detached(run, config, node=node)
    else:
        train_here(run, config, debug=session.debug, node=node)
