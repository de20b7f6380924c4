"""``workbench checkpoints import``."""

import shutil
from pathlib import Path
from typing import Any

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="import")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--plan", type=click.Path(path_type=Path), metavar="PLAN.toml", help="Plan of the new run."
)
@flags.plan
@flags.data_dir
@flags.runs_dir
@click.option("--name", metavar="NAME", help="Name of the run; invented if not given.")
@click.pass_obj
def command(
    session: Session,
    /,
    file: Path,
    plan: Path | None,
    preset: str | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    runs_dir: Path | None,
    name: str | None,
    **plan_flags: Any,
) -> None:
    """Make a run whose first checkpoint has the weights of a file.

    The plan, as for train, says which model the weights belong to. Evaluate, predict and
    export then work with the run as with any other, and resume trains it further.
    """
    from workbench.cli import plan_flags as plans
    from workbench.cli.output import note, say
    from workbench.core.runs import create_run
    from workbench.core.tasks import ImportTask, TaskText, run_task

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    checked = plans.draft(session, config, preset, plan, plan_flags, assignments).plan
    run = create_run(config.runs_dir, checked, name)
    source = str(file.expanduser().absolute())
    try:
        result = run_task(ImportTask(str(run.path), str(config.data_dir), source))
    except BaseException:
        shutil.rmtree(run.path, ignore_errors=True)
        raise
    assert isinstance(result, TaskText)
    note(f"Run {run.name}: {checked.title}, in {run.path}")
    say(f"{run.name}@{result.text}")
