"""``[followers.NAME]`` of a plan: who follows the run, with which options.

A plan keeps them as they are written: a run whose follower is no longer installed can still be
resumed and looked at. They are checked where a person writes them, and where they are made.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from workbench.api.errors import WorkbenchError
from workbench.api.factories import resolve
from workbench.api.following import FollowedRun, Follower
from workbench.api.options import OptionError, OptionField, check_value, parse_options
from workbench.api.specs import FollowerSpec
from workbench.core.plan.plan import Choice
from workbench.core.plugins import Registry

TABLE = "followers"
ON = OptionField(name="on", type=bool, default=False, help="Whether it follows the run.")


@dataclass(frozen=True)
class Following:
    """One table: whether the follower is on (it is, unless the table says no), and the rest."""

    name: str
    is_on: bool = True
    values: Mapping[str, Any] = field(default_factory=dict)


def read_followers(document: Mapping[str, Any]) -> tuple[Following, ...]:
    """What a document says. Raises :class:`OptionError` for what is no table of tables."""
    tables = document.get(TABLE, {})
    if not (isinstance(tables, Mapping) and all(isinstance(v, Mapping) for v in tables.values())):
        raise OptionError(f"{TABLE} must hold tables, such as [{TABLE}.csv].")
    return tuple(
        Following(
            name,
            check_value(ON, table.get(ON.name, True), where=f"{TABLE}.{name}."),
            {key: value for key, value in table.items() if key != ON.name},
        )
        for name, table in tables.items()
    )


def followers_document(followers: Iterable[Following]) -> dict[str, Any]:
    """The tables again."""
    return {item.name: {ON.name: item.is_on, **item.values} for item in followers}


def follower_choice(item: Following, registry: Registry) -> tuple[FollowerSpec, Choice]:
    """The spec and the checked options. Raises :class:`UserError`."""
    spec = registry.follower(item.name)
    options = parse_options(spec.options, item.values, where=f"{TABLE}.{item.name}.")
    return spec, Choice(item.name, options)


def made_follower(spec: FollowerSpec, run: FollowedRun, options: Any) -> Follower:
    """What its plugin makes. Raises :class:`WorkbenchError` for what can't follow."""
    made: Follower = resolve(spec.create)(run, options)
    lacking = [name for name in ("follow", "close") if not callable(getattr(made, name, None))]
    if lacking:
        methods = " and ".join(f"{name}()" for name in lacking)
        raise WorkbenchError(
            f"create() gave {type(made).__name__}, which has no {methods}; give it that."
        )
    return made


def check_followers(followers: Iterable[Following], registry: Registry) -> tuple[FollowerSpec, ...]:
    """The specs of those that are on. Raises :class:`UserError` for a name or a value."""
    return tuple(follower_choice(item, registry)[0] for item in followers if item.is_on)
