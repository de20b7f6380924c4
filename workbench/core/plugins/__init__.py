"""Finding plugins, loading each on its own, and what they contribute."""

from workbench.core.plugins.discovery import load_plugins
from workbench.core.plugins.record import Contribution, PluginRecord
from workbench.core.plugins.registry import Registry

__all__ = ["Contribution", "PluginRecord", "Registry", "load_plugins"]
