"""The datasets."""

from workbench.tui.screens.data.screen import DataScreen

__all__ = ["DataScreen"]
