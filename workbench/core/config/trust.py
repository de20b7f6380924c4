"""What of other people's code a person lets run, kept in their configuration folder.

Code that a file names (a ``workbench.toml``, a plan, the plan of a run) runs only if its folder
was trusted, or if the person themselves gave that code when they made a run.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import platformdirs

from workbench.api.errors import UserError
from workbench.core.files import make_folder, read_toml, write_atomic

_FILE_NAME = "trusted.toml"
_HEAD = "# Folders whose files may name code that runs, and plugins that you gave to runs.\n"


@dataclass(frozen=True)
class _Trusted:
    """The file's content: absolute paths as text."""

    folders: frozenset[str] = frozenset()
    plugins: frozenset[str] = frozenset()


def trusted_folders() -> tuple[Path, ...]:
    """All trusted folders, sorted. Raises :class:`UserError` for a file that is not right."""
    return tuple(sorted(Path(item) for item in _read().folders))


def folder_is_trusted(folder: Path) -> bool:
    """Whether exactly this folder was trusted; those in it are not."""
    return str(folder.resolve()) in _read().folders


def trust_folder(folder: Path) -> bool:
    """Trust a folder from now on; False if it was trusted already. Raises :class:`UserError`."""
    resolved = folder.resolve()
    if not resolved.is_dir():
        raise UserError(f"{folder} is not a folder; name the one of the workbench.toml.")
    return _change(add_folder=str(resolved))


def revoke_trust(folder: Path) -> bool:
    """Trust a folder no more; False if it wasn't trusted. What was given to runs is forgotten."""
    return _change(drop_folder=folder.resolve())


def remember_plugins(paths: Iterable[str]) -> None:
    """The person gives these plugins to a run, so that its worker may load them, now and later."""
    _change(add_plugins=frozenset(paths))


def require_trust(plan: Path, named: Iterable[str], given: Iterable[Path] = ()) -> None:
    """Raise :class:`UserError` if a plan names plugins that may not run.

    ``given`` are those that the person has just named or that their configuration names.
    """
    strange = set(named).difference(map(str, given))
    strange = strange and strange - _read().plugins
    folder = plan.absolute().parent
    if strange and not folder_is_trusted(folder):
        raise UserError(
            f"{plan} names a plugin, {min(strange)}, and nobody has trusted its folder: look at "
            f"the plugin, then run `workbench trust {folder}`."
        )


def read_run_document(plan: Path, given: Iterable[Path] = ()) -> dict[str, Any]:
    """The document of a run's plan. Raises :class:`UserError`, also for code that may not run."""
    document = read_toml(plan)
    named = document.get("plugins", [])
    require_trust(plan, (item for item in named if isinstance(item, str)), given)
    return document


def _path() -> Path:
    return Path(platformdirs.user_config_path("workbench")) / _FILE_NAME


def _read() -> _Trusted:
    path = _path()
    if not path.is_file():
        return _Trusted()
    document = read_toml(path)
    values = [document.get(key, []) for key in ("folders", "plugins")]
    if not all(isinstance(v, list) and all(isinstance(item, str) for item in v) for v in values):
        raise UserError(
            f"{path}: folders and plugins must be lists of paths; correct or delete it."
        )
    return _Trusted(*map(frozenset, values))


def _change(
    *,
    add_folder: str | None = None,
    drop_folder: Path | None = None,
    add_plugins: frozenset[str] = frozenset(),
) -> bool:
    """Write the file if that changes it; whether it did. Only one process at a time."""
    if (
        not drop_folder
        and add_plugins <= _read().plugins
        and add_folder in {None, *_read().folders}
    ):
        return False
    from filelock import FileLock

    path = _path()
    make_folder(path.parent, "configuration folder")
    with FileLock(path.with_name(f".{path.name}.lock")):
        earlier = _read()
        later = replace(earlier, plugins=earlier.plugins | add_plugins)
        if add_folder is not None:
            later = replace(later, folders=later.folders | {add_folder})
        if drop_folder is not None:
            later = _Trusted(
                later.folders - {str(drop_folder)},
                frozenset(p for p in later.plugins if drop_folder not in Path(p).parents),
            )
        if later == earlier:
            return False
        write_atomic(path, _text(later).encode())
        return True


def _text(trusted: _Trusted) -> str:
    import tomlkit

    values = {"folders": sorted(trusted.folders), "plugins": sorted(trusted.plugins)}
    return _HEAD + tomlkit.dumps(values)
