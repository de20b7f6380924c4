"""``workbench sweep``."""

from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.cli.plan_flags import Draft
    from workbench.core.config import Config
    from workbench.core.sweeps import Dimension, Method


@click.command()
@click.argument("plan", required=False, type=click.Path(path_type=Path), metavar="[PLAN.toml]")
@click.option(
    "--over",
    "overs",
    multiple=True,
    metavar="KEY=VALUES",
    help="Key to vary: KEY=a,b,c (lists as [512,512],[256]), KEY=low..high or "
    "KEY=low..high:log; may be repeated.",
)
@click.option("--samples", type=click.IntRange(min=1), metavar="N", help="Number of runs.")
@click.option(
    "--method",
    type=click.Choice(("grid", "random", "tpe")),
    help="grid: all combinations; random: drawn; tpe: chosen by Optuna from the results so far.",
)
@flags.plan
@flags.data_dir
@flags.runs_dir
@click.option("--name", metavar="NAME", help="Name of the sweep; invented if not given.")
@click.pass_obj
def sweep(
    session: Session,
    /,
    plan: Path | None,
    overs: tuple[str, ...],
    samples: int | None,
    method: str | None,
    preset: str | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    runs_dir: Path | None,
    name: str | None,
    **plan_flags: Any,
) -> None:
    """Queue runs whose plans differ in some keys.

    What is trained is said as for train. The runs are NAME-1, NAME-2 and so on, and go on
    without this terminal; `workbench compare --sweep NAME` compares them. --seed is the seed
    of each run, and of what is drawn. All plans are checked before the first run is queued.
    """
    from workbench.cli.output import note
    from workbench.cli.plan_flags import draft
    from workbench.core.runs.names import new_name
    from workbench.core.sweeps import parse_overs, require_free, require_method

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    base = draft(session, config, preset, plan, plan_flags, assignments)
    dimensions = parse_overs(overs, base.document, base.registry)
    chosen = require_method(dimensions, cast("Method | None", method), samples)
    name = name or new_name(frozenset())
    require_free(config.runs_dir, name, samples or 1)
    seed = plan_flags["seed"] or 0
    if chosen == "tpe":
        _search(config, name, base, dimensions, overs, samples or 1, seed)
    else:
        _queue(config, name, base, dimensions, samples, seed)
    note(f"`workbench compare --sweep {name}` compares them.")


def _queue(
    config: "Config",
    name: str,
    base: "Draft",
    dimensions: "list[Dimension]",
    samples: int | None,
    seed: int,
) -> None:
    from workbench.cli.queue_report import add_to_queue
    from workbench.core.plugins.registry import require_installed
    from workbench.core.sweeps import Member, create_member, draw, grid, member_plan, require_free

    found = grid(dimensions) if samples is None else draw(dimensions, samples, seed)
    plans = [member_plan(base.document, values, base.registry) for values in found]
    for backend in {plan.backend.name for plan in plans}:
        require_installed(base.registry.backend(backend))
    require_free(config.runs_dir, name, len(found))
    members = [Member(name, number, values) for number, values in enumerate(found, start=1)]
    runs = [
        create_member(config.runs_dir, member, plan)
        for member, plan in zip(members, plans, strict=True)
    ]
    add_to_queue(runs, config)


def _search(
    config: "Config",
    name: str,
    base: "Draft",
    dimensions: "list[Dimension]",
    overs: tuple[str, ...],
    samples: int,
    seed: int,
) -> None:
    from workbench.cli.output import note, say
    from workbench.core.sweeps.search import (
        Search,
        check_ends,
        create_search,
        require_optuna,
        start_search,
    )

    require_optuna()
    check_ends(base.document, dimensions, base.registry)
    files = create_search(config.runs_dir, Search(name, base.document, overs, samples, seed))
    start_search(files, config.data_dir)
    say(name)
    note(f"{samples} runs are tried one after another; it goes on without this terminal.")
