"""What a model says of test items, and of one's own images."""

from workbench.tui.screens.predict.screen import PredictScreen

__all__ = ["PredictScreen"]
