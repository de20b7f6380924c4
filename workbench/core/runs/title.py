"""A run's plan in a line."""

from workbench.api.errors import WorkbenchError
from workbench.core.files import read_toml
from workbench.core.plan.checking import CHOICES
from workbench.core.runs.folder import RunFolder


def plan_title(run: RunFolder) -> str:
    """The names that the plan chooses, as ``Plan.title`` has them; reads no plugin.

    Empty if the plan can't be read.
    """
    try:
        document = read_toml(run.plan)
    except WorkbenchError:
        return ""
    tables = (document.get(kind) for kind in CHOICES)
    names = (table.get("name") for table in tables if isinstance(table, dict))
    return " · ".join(str(name) for name in names if name)
