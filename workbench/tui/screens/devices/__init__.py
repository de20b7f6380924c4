"""What the machine has and does."""

from workbench.tui.screens.devices.screen import DevicesScreen

__all__ = ["DevicesScreen"]
