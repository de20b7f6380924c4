"""Changing a person's ``workbench.toml`` and leaving the rest of it as they wrote it."""

from collections.abc import Callable
from pathlib import Path

import platformdirs
import tomlkit
import tomlkit.items
from tomlkit.exceptions import TOMLKitError

from workbench.api.errors import UserError
from workbench.core.config.loading import FILE_NAME, Config
from workbench.core.files import make_folder, write_atomic


def set_plugin_enabled(config: Config, name: str, is_enabled: bool) -> Path | None:
    """Write whether a plugin is loaded; the file that was changed, ``None`` if that was so.

    Without a file of the person's own, one is made in their configuration folder. Raises
    :class:`UserError` for a file that can't be written.
    """
    if (name not in config.settings.disabled_plugins) == is_enabled:
        return None
    return _change(config, "disabled_plugins", lambda text: _edited(text, name, is_enabled))


def set_theme(config: Config, name: str) -> Path | None:
    """Write the theme, likewise; the file that was changed, ``None`` if that was its theme.

    Raises :class:`UserError` for a file that can't be written.
    """
    if config.settings.theme == name:
        return None
    return _change(config, "theme", lambda text: _with_theme(text, name))


def _change(config: Config, key: str, edited: Callable[[str], str]) -> Path:
    path = config.path or Path(platformdirs.user_config_path("workbench")) / FILE_NAME
    make_folder(path.parent, "configuration folder")
    try:
        text = path.read_text(encoding="utf-8") if path.is_file() else ""
        write_atomic(path, edited(text).encode())
    except (OSError, TOMLKitError) as error:
        raise UserError(f"{path} can't be changed ({error}); edit {key}.") from None
    return path


def _with_theme(text: str, name: str) -> str:
    document = tomlkit.parse(text)
    if "theme" in document:
        document["theme"] = name
        return tomlkit.dumps(document)
    return f"theme = {tomlkit.string(name).as_string()}\n{text}"  # before the first table


def _edited(text: str, name: str, is_enabled: bool) -> str:
    document = tomlkit.parse(text)
    if "disabled_plugins" not in document:
        document["disabled_plugins"] = tomlkit.array()
    names = document["disabled_plugins"]
    assert isinstance(names, tomlkit.items.Array)
    if is_enabled:
        while name in names:
            names.remove(name)
    else:
        names.append(name)
    return tomlkit.dumps(document)
