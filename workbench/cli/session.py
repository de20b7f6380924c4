"""What the command line's own options say, for every command."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from workbench.core.config import Config
    from workbench.core.plugins import Registry


@dataclass(frozen=True)
class Session:
    """The options before the command; each command gets one."""

    debug: bool = False
    plugins: tuple[Path, ...] = ()
    blocked: tuple[str, ...] = ()

    def config(self, *, runs_dir: Path | None = None, data_dir: Path | None = None) -> Config:
        """The configuration with the command's folders. Raises :class:`UserError`."""
        from workbench.core.config import load_config

        config = load_config(runs_dir=runs_dir, data_dir=data_dir, plugin_paths=self.plugins)
        return replace(config, blocked_plugins=self.blocked)

    def registry(self, config: Config, more: tuple[Path, ...] = ()) -> Registry:
        """All plugins that are installed, configured, given, or in ``more``."""
        from workbench.core.plugins import load_plugins

        paths = tuple(dict.fromkeys((*config.plugin_paths, *more)))
        return load_plugins(paths, config.disabled_plugins, config.untrusted_plugins)
