"""A plan as a TOML document."""

from typing import Any

from workbench.api.options import options_to_dict
from workbench.core.plan.checking import CHOICES, TABLES
from workbench.core.plan.followers import TABLE as FOLLOWERS
from workbench.core.plan.followers import followers_document
from workbench.core.plan.plan import Plan


def plan_document(plan: Plan) -> dict[str, Any]:
    """The plan as nested plain values with every default written out."""
    document: dict[str, Any] = options_to_dict(plan.run)
    if plan.plugins:
        document["plugins"] = list(plan.plugins)
    for kind in CHOICES:
        choice = getattr(plan, kind)
        document[kind] = {"name": choice.name, **options_to_dict(choice.options)}
    for table in TABLES:
        document[table] = options_to_dict(getattr(plan, table))
    if plan.followers:
        document[FOLLOWERS] = followers_document(plan.followers)
    return document


def plan_toml(plan: Plan) -> str:
    """The plan as TOML; reading it back gives the same plan."""
    import tomlkit  # only when a plan is written: it takes 15 ms to import

    return tomlkit.dumps(plan_document(plan))
