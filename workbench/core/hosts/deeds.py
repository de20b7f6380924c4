"""What an interface asks of another machine in one go."""

from pathlib import Path
from typing import Any

from workbench.core.config import load_config, require_trust
from workbench.core.hosts.calls import done_there
from workbench.core.plan import check_plan
from workbench.core.plugins import load_plugins
from workbench.core.plugins.registry import require_installed
from workbench.core.runs import RunFolder, create_run


@done_there
def create_run_there(runs_dir: Path, document: dict[str, Any]) -> RunFolder:
    """Make a run of a plan's document, checked by the plugins there.

    Raises :class:`WorkbenchError`.
    """
    config, named = load_config(), document.get("plugins", [])
    require_trust(runs_dir / "run.toml", named, config.plugin_paths)
    paths = dict.fromkeys((*config.plugin_paths, *map(Path, named)))
    registry = load_plugins(tuple(paths), config.settings.disabled_plugins)
    plan = check_plan(document, registry)
    require_installed(registry.backend(plan.backend.name))
    return create_run(runs_dir, plan)
