"""The runs of a sweep: each says in its folder which sweep it belongs to."""

import os
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import msgspec

from workbench.api.errors import UserError
from workbench.api.options import unknown_name
from workbench.core.files import write_atomic
from workbench.core.plan import Plan, check_plan, compose, parse_assignment
from workbench.core.plugins import Registry
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.store import check_run_name, create_run
from workbench.core.sweeps.space import Values


class Member(msgspec.Struct, frozen=True):
    """``sweep.json``: the run's sweep, its number there from 1, and its values."""

    sweep: str
    number: int
    values: Values


def member_plan(document: Mapping[str, Any], values: Values, registry: Registry) -> Plan:
    """The plan of a member: the sweep's document with the member's values over it.

    Raises :class:`UserError`.
    """
    laid: Mapping[str, Any] = document
    for key, value in values.items():
        laid = compose(laid, parse_assignment(f"{key}={value}", laid, registry), registry)
    return check_plan(laid, registry)


def require_free(runs_dir: Path, name: str, count: int) -> None:
    """Raise :class:`UserError` if a sweep of so many members can't have this name."""
    check_run_name(name)
    if name in sweep_names(runs_dir):
        raise UserError(f'There is a sweep "{name}" already; choose another name.')
    for number in range(1, count + 1):
        if (runs_dir / f"{name}-{number}").exists():
            raise UserError(f'There is a run "{name}-{number}" already; choose another name.')


def create_member(runs_dir: Path, member: Member, plan: Plan) -> RunFolder:
    """Make the run of a member, ``NAME-1`` and so on. Raises :class:`UserError`."""
    run = create_run(runs_dir, plan, f"{member.sweep}-{member.number}")
    try:
        write_atomic(run.sweep, msgspec.json.encode(member))
    except OSError as error:
        raise UserError(f"{run.sweep} can't be written ({error.strerror}).") from None
    return run


def read_member(run: RunFolder) -> Member | None:
    """Which sweep a run belongs to; ``None`` if to none."""
    try:
        return msgspec.json.decode(run.sweep.read_bytes(), type=Member)
    except (OSError, msgspec.MsgspecError):
        return None


def _members(runs_dir: Path) -> list[tuple[Member, RunFolder]]:
    if not runs_dir.is_dir():
        return []
    runs = [RunFolder(Path(entry.path)) for entry in os.scandir(runs_dir)]
    return [(member, run) for run in runs if (member := read_member(run))]


def sweep_names(runs_dir: Path) -> list[str]:
    """The sweeps that have runs."""
    return sorted({member.sweep for member, _ in _members(runs_dir)})


def sweep_members(runs_dir: Path, name: str) -> dict[int, tuple[Member, RunFolder]]:
    """The members of a sweep by their number."""
    found = [pair for pair in _members(runs_dir) if pair[0].sweep == name]
    return {pair[0].number: pair for pair in sorted(found, key=lambda pair: pair[0].number)}


def find_sweep(runs_dir: Path, name: str) -> list[RunFolder]:
    """The runs of a sweep in their order. Raises :class:`UserError` if there are none."""
    members = sweep_members(runs_dir, name)
    if not members:
        raise UserError(unknown_name(name, name, sweep_names(runs_dir), "sweep"))
    return [run for _, run in members.values()]
