"""``workbench train``."""

from pathlib import Path
from typing import Any

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("plan", required=False, type=click.Path(path_type=Path), metavar="[PLAN.toml]")
@click.option("--preset", metavar="NAME", help="Preset to start from, instead of a plan file.")
@flags.dataset
@click.option("--model", metavar="NAME", help="Model to train.")
@flags.optimizer
@flags.backend
@click.option("--device", metavar="DEVICE", help="auto, cpu, cuda:N or mps.")
@click.option("--epochs", type=int, help="Passes over the training split.")
@click.option("--batch-size", type=int, help="Items in a batch.")
@click.option("--seed", type=int, help="Seed of weights, order and dropout.")
@flags.assignments
@flags.data_dir
@flags.runs_dir
@click.option("--name", metavar="NAME", help="Name of the run; invented if not given.")
@flags.detach
@click.pass_obj
def train(
    session: Session,
    /,
    plan: Path | None,
    preset: str | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    runs_dir: Path | None,
    name: str | None,
    detach: bool,
    **plan_flags: Any,
) -> None:
    """Train a new run and follow it.

    What is trained comes from a preset (the default one unless named) or from a plan file,
    such as the run.toml of an earlier run, with the other options laid over it.

    The lines of the log go to standard output, everything else to standard error. Ctrl+C
    stops the run with a checkpoint; a second one ends it at once.
    """
    from workbench.cli import plan_flags as plans
    from workbench.cli.launching import train_detached, train_here
    from workbench.cli.output import note
    from workbench.core.plan import check_plan
    from workbench.core.plugins.registry import require_installed
    from workbench.core.runs import create_run

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    document = plans.base_document(config, preset, plan)
    registry = plans.load_registry(session, config, document)
    document = plans.lay_over(document, registry, plan_flags, assignments)
    checked = check_plan(plans.with_plugins(document, config), registry)
    require_installed(registry.backend(checked.backend.name))
    run = create_run(config.runs_dir, checked, name)
    note(f"Run {run.name}: {checked.title}, in {run.path}")
    if detach:
        train_detached(run, config)
    else:
        train_here(run, config, debug=session.debug)
