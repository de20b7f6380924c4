"""Several machines at a glance."""

from workbench.tui.screens.hosts.screen import HostsScreen

__all__ = ["HostsScreen"]
