"""All runs."""

from workbench.tui.screens.runs.screen import RunsScreen

__all__ = ["RunsScreen"]
