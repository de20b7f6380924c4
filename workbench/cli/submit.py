"""``workbench submit``."""

from pathlib import Path
from typing import Any

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("plan", required=False, type=click.Path(path_type=Path), metavar="[PLAN.toml]")
@click.option("--slurm", "is_slurm", is_flag=True, help="To a Slurm cluster, through sbatch.")
@click.option("--partition", metavar="NAME", help="Partition of the cluster.")
@click.option("--time", metavar="LIMIT", help="Time limit, such as 2:00:00 or 1-12.")
@click.option("--nodes", type=click.IntRange(min=1), default=1, help="Machines.")
@click.option("--gpus", type=click.IntRange(min=0), help="GPUs on each machine.")
@click.option("--cpus", type=click.IntRange(min=0), help="Processor cores on each machine.")
@click.option("--memory", metavar="SIZE", help="Memory on each machine, such as 32G.")
@click.option("--account", metavar="NAME", help="Account that pays.")
@click.option(
    "--sbatch",
    "extra",
    multiple=True,
    metavar="OPTION",
    help="Further option of sbatch, such as --constraint=a100; may be repeated.",
)
@click.option("--yes", is_flag=True, help="Submit without asking.")
@flags.plan
@flags.data_dir
@flags.runs_dir
@click.option("--name", metavar="NAME", help="Name of the run; invented if not given.")
@click.pass_obj
def submit(
    session: Session,
    /,
    plan: Path | None,
    is_slurm: bool,
    nodes: int,
    extra: tuple[str, ...],
    yes: bool,
    preset: str | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    runs_dir: Path | None,
    name: str | None,
    **others: Any,
) -> None:
    """Give a new run to a cluster's scheduler.

    What is trained is said as for train. The script of the job is shown before it is
    submitted. The folders of the runs and of the datasets must be ones that all machines of
    the cluster share.
    """
    import shutil

    from workbench.cli import plan_flags as plans
    from workbench.cli.output import note, note_lines, say
    from workbench.core import slurm
    from workbench.core.runs import create_run

    if not is_slurm:
        raise click.UsageError("Say where to: --slurm.")
    asked = {key: others.pop(key) for key in ("partition", "time", "gpus", "cpus", "memory")}
    asked["account"] = others.pop("account")
    options = {key: value for key, value in asked.items() if value is not None}
    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    drafted = plans.draft(session, config, preset, plan, others, assignments)
    gpus, devices = asked["gpus"] or 0, drafted.plan.run.devices
    if gpus > 1 and devices == "1":
        note(f"The plan trains on one of {gpus} GPUs; `--devices all` takes all.")
    spec = drafted.registry.launcher(slurm.LAUNCHER)
    run = create_run(config.runs_dir, drafted.plan, name)
    is_submitted = False
    try:
        command = slurm.prepare(run, config.data_dir, spec, {**options, "extra": extra}, nodes)
        note_lines(slurm.job_script(run).read_text(encoding="utf-8"))
        if not yes and not click.confirm("Submit this job?", default=True, err=True):
            note("Nothing was submitted.")
            return
        job = slurm.submit(run, command.arguments)
        is_submitted = True
    finally:
        if not is_submitted:
            shutil.rmtree(run.path, ignore_errors=True)
    say(run.name)
    note(
        f"Slurm job {job}. `workbench status {run.name}` says how it is, `workbench attach "
        f"{run.name}` follows it, `workbench stop {run.name}` stops it."
    )
