"""Planning a run, training it and watching it."""

from workbench.tui.screens.train.screen import TrainScreen

__all__ = ["TrainScreen"]
