"""Which plugin a person means: an installed one, a file, a package, or a project's folder."""

import importlib.metadata
from dataclasses import dataclass
from pathlib import Path

from workbench.api.errors import UserError
from workbench.api.options import unknown_name
from workbench.core.files import read_toml
from workbench.core.plugins.discovery import ENTRY_POINT_GROUP, path_plugin_name


@dataclass(frozen=True)
class Located:
    """A plugin's name, and its file or folder unless it is installed."""

    name: str
    path: Path | None = None


def installed_plugins() -> list[str]:
    """The names of the installed plugins; imports none."""
    found = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    return sorted({entry_point.name for entry_point in found})


def locate(plugin: str | Path) -> Located:
    """Find a plugin by its name or path. Raises :class:`UserError`."""
    path = Path(plugin).expanduser()
    installed = installed_plugins()
    if isinstance(plugin, str) and plugin in installed and not path.is_file():
        return Located(plugin)
    if path.is_dir() and not (path / "__init__.py").is_file():
        path = _package_of(path)
    if not path.exists():
        name = str(plugin)
        raise UserError(f"{unknown_name(name, name, installed, 'plugin')} Nor is it a path.")
    path = path.resolve()
    return Located(path_plugin_name(path), path)


def _package_of(folder: Path) -> Path:
    """The package that a project's ``pyproject.toml`` registers."""
    project = folder / "pyproject.toml"
    if not project.is_file():
        raise UserError(
            f"{folder} is no plugin: it has neither __init__.py nor pyproject.toml; name the "
            "folder of the package."
        )
    table = read_toml(project).get("project", {}).get("entry-points", {})
    for place in table.get(ENTRY_POINT_GROUP, {}).values():
        module = Path(*str(place).partition(":")[0].split("."))
        for start in (folder, folder / "src"):
            for found in (start / module, (start / module).with_suffix(".py")):
                if found.exists():
                    return found
    raise UserError(
        f"{project} registers no package of this folder; add [project.entry-points.workbench] "
        'with NAME = "PACKAGE".'
    )
