"""``workbench queue``."""

from pathlib import Path
from typing import Any

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.group(invoke_without_command=True)
@flags.as_json
@flags.runs_dir
@click.pass_context
def queue(ctx: click.Context, as_json: bool, runs_dir: Path | None) -> None:
    """Let runs wait for each other.

    Queued runs are trained one after another, or as many at once as there are GPUs; one
    that fails does not keep the next. The queue goes on without a terminal. Without a
    command, list it.
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json, runs_dir)


@queue.command("list")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def list_command(session: Session, as_json: bool, runs_dir: Path | None) -> None:
    """List what is at work and what waits, the next one first."""
    _list(session, as_json, runs_dir)


def _list(session: Session, as_json: bool, runs_dir: Path | None) -> None:
    from workbench.cli.output import print_json
    from workbench.cli.queue_report import print_queue, queue_report

    report = queue_report(session.config(runs_dir=runs_dir).runs_dir)
    if as_json:
        print_json(report)
    else:
        print_queue(report)


@queue.command()
@click.argument("plans", nargs=-1, type=click.Path(path_type=Path), metavar="[PLAN.toml]...")
@flags.plan
@flags.data_dir
@flags.runs_dir
@click.option("--name", metavar="NAME", help="Name of the run; invented if not given.")
@click.pass_obj
def add(
    session: Session,
    /,
    plans: tuple[Path, ...],
    preset: str | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    runs_dir: Path | None,
    name: str | None,
    **plan_flags: Any,
) -> None:
    """Add runs at the end of the queue, and start it.

    What is trained is said as for train; the other options are laid over each plan file.
    Either all plans are right, or none is added.
    """
    from workbench.api.errors import UserError
    from workbench.cli.plan_flags import draft
    from workbench.cli.queue_report import add_to_queue
    from workbench.core.runs import create_run

    if name is not None and len(plans) > 1:
        raise UserError("--name names one run; give it with one plan file.")
    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    drafts = [
        draft(session, config, preset, plan, plan_flags, assignments) for plan in plans or (None,)
    ]
    add_to_queue([create_run(config.runs_dir, item.plan, name) for item in drafts], config)


@queue.command()
@click.argument("run")
@flags.runs_dir
@click.pass_obj
def cancel(session: Session, run: str, runs_dir: Path | None) -> None:
    """Take RUN out of the queue.

    If it never started it goes to the trash, from where `workbench runs restore` brings it
    back.
    """
    from workbench.cli.output import say
    from workbench.core import queue as queues
    from workbench.core.runs import find_run

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    queues.cancel(folder)
    say(f"{folder.name} is out of the queue.")


@queue.command()
@click.argument("run")
@click.argument("position", type=int)
@flags.runs_dir
@click.pass_obj
def move(session: Session, run: str, position: int, runs_dir: Path | None) -> None:
    """Put RUN at POSITION of the queue; 1 is the next to start."""
    from workbench.cli.queue_report import print_queue, queue_report
    from workbench.core import queue as queues
    from workbench.core.runs import find_run

    folder = session.config(runs_dir=runs_dir).runs_dir
    queues.move(folder, find_run(folder, run), position)
    print_queue(queue_report(folder))


@queue.command()
@click.option(
    "--jobs",
    type=click.IntRange(min=1),
    metavar="N",
    help="Runs at work at once; as many as there are GPUs if not given.",
)
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def start(session: Session, jobs: int | None, data_dir: Path | None, runs_dir: Path | None) -> None:
    """Start what waits, for example after the machine was switched off.

    A sweep whose next run depends on the earlier ones goes on too.
    Where a dispatcher is at work already it takes over the number of jobs.
    """
    from workbench.cli.output import say
    from workbench.core.queue import read_jobs, start_dispatcher
    from workbench.core.sweeps.search import start_search, unfinished_searches

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    is_new = start_dispatcher(config.runs_dir, config.data_dir, jobs)
    for search in unfinished_searches(config.runs_dir):
        start_search(search, config.data_dir)
    count = read_jobs(config.runs_dir)
    how = "one run at a time" if count == 1 else f"{count} runs at once"
    say(f"The queue {'is started' if is_new else 'is at work already'}: {how}.")
