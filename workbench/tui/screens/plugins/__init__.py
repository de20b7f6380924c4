"""What is installed."""

from workbench.tui.screens.plugins.screen import PluginsScreen

__all__ = ["PluginsScreen"]
