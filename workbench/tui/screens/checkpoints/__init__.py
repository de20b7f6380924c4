"""What the runs have saved."""

from workbench.tui.screens.checkpoints.screen import CheckpointsScreen

__all__ = ["CheckpointsScreen"]
