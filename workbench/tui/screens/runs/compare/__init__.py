"""Runs over one another: their curves, and what differs in their plans."""

from workbench.tui.screens.runs.compare.screen import CompareScreen

__all__ = ["CompareScreen"]
