"""Finding and reading ``workbench.toml``."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import platformdirs

from workbench.api.errors import UserError
from workbench.api.options import parse_options, unknown_name
from workbench.core.config.settings import Settings
from workbench.core.config.trust import folder_is_trusted
from workbench.core.files import read_toml
from workbench.core.own_code import code_of

FILE_NAME = "workbench.toml"
_DEFAULTS = Path(__file__).parents[2] / "default.toml"
_FOLLOWERS = "followers"
_TABLES = ("presets", "keys", _FOLLOWERS)


@dataclass(frozen=True)
class Config:
    """The configuration in force; ``path`` is the person's own file, if there is one.

    ``presets`` maps a name to a plan's document; ``keys`` maps a binding's id to a key.
    ``followers`` maps the name of a follower to its table, which each plan gets that says
    nothing else of it; the presets have it already. ``untrusted_plugins`` and
    ``untrusted_followers`` are those of a file whose folder nobody has trusted; they are left
    out of all else. ``names_data_dir`` says that the command line names the data folder.
    """

    path: Path | None
    settings: Settings
    presets: Mapping[str, dict[str, Any]]
    keys: Mapping[str, str]
    runs_dir: Path
    data_dir: Path
    plugin_paths: tuple[Path, ...]
    followers: Mapping[str, dict[str, Any]] = field(default_factory=dict)
    untrusted_plugins: tuple[Path, ...] = ()
    untrusted_followers: tuple[str, ...] = ()
    blocked_plugins: tuple[str, ...] = ()
    names_data_dir: bool = False

    @property
    def disabled_plugins(self) -> tuple[str, ...]:
        """The names of the plugins that the file disables or the command line blocks."""
        return (*self.settings.disabled_plugins, *self.blocked_plugins)

    def preset(self, name: str) -> dict[str, Any]:
        """The document of a preset. Raises :class:`UserError`."""
        if name not in self.presets:
            raise UserError(unknown_name(name, name, self.presets, "preset"))
        return self.presets[name]

    def followed(self, document: Mapping[str, Any]) -> dict[str, Any]:
        """A plan's document with the configured followers beneath what it says of its own."""
        return _followed(document, self.followers)


def load_config(
    *,
    start: Path | None = None,
    runs_dir: Path | None = None,
    data_dir: Path | None = None,
    plugin_paths: tuple[Path, ...] = (),
) -> Config:
    """Read the defaults and over them the person's file; arguments go before both.

    The person's file is the first in ``start`` (the working directory), its parents and the
    user's configuration folder. Raises :class:`UserError` for a file that is not right.
    """
    defaults = read_toml(_DEFAULTS)
    start = start or _working_directory()
    path = find_config(start)
    own = read_toml(path) if path else {}
    folder = path.parent if path else start
    where = f"{path or _DEFAULTS}: "
    settings = _settings(defaults | own, where)
    user_data = Path(platformdirs.user_data_path("workbench"))
    presets = _table(own, "presets", where)
    followers = _table(own, _FOLLOWERS, where)
    presets = {name: _with_code(preset, folder) for name, preset in presets.items()}
    named = tuple(folder / Path(name).expanduser() for name in _named_plugins(settings, presets))
    reporting = _named_followers(followers, presets)
    # The person's own file needs no trust, nor does one that runs and sends nothing.
    is_harmless = not (named or reporting)
    is_trusted = is_harmless or folder == _user_folder() or folder_is_trusted(folder)
    if not is_trusted:
        presets, followers = _harmless(presets), {}
    given = tuple(path.absolute() for path in plugin_paths)
    presets = _table(defaults, "presets", where) | presets
    return Config(
        path=path,
        settings=settings,
        presets={name: _followed(preset, followers) for name, preset in presets.items()},
        keys=_table(own, "keys", where),
        runs_dir=_folder(runs_dir, settings.runs_dir, folder, user_data / "runs"),
        data_dir=_folder(data_dir, settings.data_dir, folder, user_data / "data"),
        plugin_paths=(*(named[: len(settings.plugins)] if is_trusted else ()), *given),
        followers=followers,
        untrusted_plugins=() if is_trusted else tuple(path for path in named if path not in given),
        names_data_dir=data_dir is not None,
        untrusted_followers=() if is_trusted else reporting,
    )


def find_config(start: Path) -> Path | None:
    """The person's ``workbench.toml``, or ``None``."""
    folders = (start, *start.parents, _user_folder())
    for folder in folders:
        path = folder / FILE_NAME
        with contextlib.suppress(PermissionError):  # a parent that this person may not enter
            if path.is_file():
                return path
    return None


def _with_code(preset: dict[str, Any], folder: Path) -> dict[str, Any]:
    """The preset with where the functions are imported from that it names."""
    code, named = code_of(preset, folder), preset.get("plugins", [])
    return {**preset, "plugins": [*named, *code]} if code and isinstance(named, list) else preset


def _named_plugins(settings: Settings, presets: Mapping[str, Any]) -> tuple[str, ...]:
    """The plugins that a file names: its own, and those of its presets."""
    lists = [preset.get("plugins", []) for preset in presets.values()]
    of_presets = [item for found in lists if isinstance(found, list) for item in found]
    return (*settings.plugins, *(item for item in of_presets if isinstance(item, str)))


def _named_followers(
    followers: Mapping[str, Any], presets: Mapping[str, Mapping[str, Any]]
) -> tuple[str, ...]:
    """The followers of a file, and those of its presets: what one sends goes to strangers."""
    tables = [followers, *(preset.get(_FOLLOWERS) for preset in presets.values())]
    names = [name for table in tables if isinstance(table, Mapping) for name in table]
    return tuple(dict.fromkeys(names))


def _followed(document: Mapping[str, Any], followers: Mapping[str, Any]) -> dict[str, Any]:
    own = document.get(_FOLLOWERS, {})
    if not followers or not isinstance(own, Mapping):
        return dict(document)
    merged = {
        name: {**followers.get(name, {}), **table} if isinstance(table, Mapping) else table
        for name, table in {**followers, **own}.items()
    }
    return {**document, _FOLLOWERS: merged}


def _harmless(presets: Mapping[str, Any]) -> dict[str, Any]:
    """The presets without the code that they name, and without followers."""
    return {
        name: {key: value for key, value in preset.items() if key not in ("plugins", _FOLLOWERS)}
        for name, preset in presets.items()
    }


def _user_folder() -> Path:
    return Path(platformdirs.user_config_path("workbench"))


def _working_directory() -> Path:
    try:
        return Path.cwd()
    except FileNotFoundError:
        raise UserError("The working directory is gone; change to another one.") from None


def _settings(document: Mapping[str, Any], where: str) -> Settings:
    values = {key: value for key, value in document.items() if key not in _TABLES}
    settings: Settings = parse_options(Settings, values, where=where)
    return settings


def _table(document: Mapping[str, Any], name: str, where: str) -> dict[str, Any]:
    table = document.get(name, {})
    inner = str if name == "keys" else dict
    if not (isinstance(table, dict) and all(isinstance(item, inner) for item in table.values())):
        kind = "tables" if inner is dict else "texts"
        raise UserError(f"{where}{name} must be a table of {kind}; see the default workbench.toml.")
    return table


def _folder(given: Path | None, setting: str | None, start: Path, default: Path) -> Path:
    if given is not None:
        return given.expanduser().absolute()
    if setting:
        return (start / Path(setting).expanduser()).absolute()
    return default
