"""``workbench clean``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.runs.cleaning import Holding

_HEAD = ("RUN", "STATE", "SINCE", "EVENTS", "CHECKPOINTS", "TRASH", "CAN BE FREED")


@click.command()
@click.option(
    "--older-than",
    type=click.FloatRange(min=0),
    default=0.0,
    metavar="DAYS",
    help="Only runs that ended at least so many days ago.",
)
@click.option(
    "--keep", type=click.IntRange(min=0), default=0, metavar="N", help="Not the newest N runs."
)
@click.option(
    "--state",
    "state_list",
    metavar="STATE,...",
    help="Only runs in these states: completed, stopped, failed, interrupted, deleted.",
)
@click.option("--apply", "is_applied", is_flag=True, help="Free it.")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def clean(
    session: Session,
    /,
    older_than: float,
    keep: int,
    state_list: str | None,
    is_applied: bool,
    as_json: bool,
    runs_dir: Path | None,
) -> None:
    """Show what old runs hold on the disk, and free it.

    What can be freed of runs that ended: checkpoints other than the latest, the best and the
    protected ones; what is in the trash; and what a crash left half written. Nothing is
    deleted without --apply.
    """
    from workbench.cli.output import print_json, print_table, say
    from workbench.core.runs.cleaning import find_holdings
    from workbench.core.units import bytes_text

    folder = session.config(runs_dir=runs_dir).runs_dir
    states = _states(state_list)
    holdings = find_holdings(folder, older_than_days=older_than, keep=keep, states=states)
    freeable = sum(item.freeable_bytes for item in holdings)
    freed = _free(holdings) if is_applied else 0
    if as_json:
        plain = [_plain(item) for item in holdings]
        print_json({"freeable_bytes": freeable, "freed_bytes": freed, "runs": plain})
        return
    if not holdings:
        say("There is no run that ended and fits.")
        return
    print_table(_HEAD, [_row(item) for item in holdings])
    if is_applied:
        say(f"Freed {bytes_text(freed)}.")
    elif freeable:
        say(f"{bytes_text(freeable)} can be freed; the same command with --apply frees it.")
    else:
        say("Nothing can be freed.")


def _states(given: str | None) -> tuple[str, ...]:
    from workbench.api.errors import UserError
    from workbench.api.options import unknown_name
    from workbench.core.runs.cleaning import STATES

    if given is None:
        return STATES
    states = tuple(word.strip() for word in given.split(",") if word.strip())
    for state in states:
        if state not in STATES:
            raise UserError(unknown_name(state, state, STATES, "state of a run that ended"))
    return states


def _free(holdings: "list[Holding]") -> int:
    from workbench.api.errors import UserError
    from workbench.cli.output import note
    from workbench.core.runs.cleaning import free

    freed = 0
    for holding in holdings:
        try:
            freed += free(holding)
        except UserError as error:
            note(f"Warning: {holding.name} is left as it is: {error}")
    return freed


def _plain(item: "Holding") -> dict[str, Any]:
    return {
        "name": item.name,
        "path": str(item.run.path),
        "state": item.state,
        "updated": item.updated,
        "events_bytes": item.events_bytes,
        "checkpoints_bytes": item.checkpoints_bytes,
        "trash_bytes": item.trash_bytes,
        "freeable_bytes": item.freeable_bytes,
        "garbage": [
            {"path": str(part.path), "kind": part.kind, "size_bytes": part.size_bytes}
            for part in item.garbage
        ],
    }


def _row(item: "Holding") -> tuple[str, ...]:
    from workbench.core.units import bytes_text

    return (
        item.name,
        item.state,
        time.strftime("%Y-%m-%d %H:%M", time.localtime(item.updated)),
        bytes_text(item.events_bytes),
        bytes_text(item.checkpoints_bytes),
        bytes_text(item.trash_bytes) if item.trash_bytes else "",
        bytes_text(item.freeable_bytes) if item.freeable_bytes else "",
    )
