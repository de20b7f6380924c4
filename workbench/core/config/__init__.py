"""The configuration: ``workbench.toml``."""

from workbench.core.config.loading import Config, load_config

__all__ = ["Config", "load_config"]
