"""Asking a model about what comes from outside: images in files, and drawings."""

from collections.abc import Callable
from pathlib import Path

from workbench.core.prediction import ModelReady, Prediction
from workbench.tui.screens.path import PathScreen
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.screens.predict.asking import Asking
from workbench.tui.screens.predict.drawing import DrawScreen
from workbench.tui.screens.predict.own import SUFFIXES, OwnImageScreen, OwnImagesScreen


class Outside:
    """Opens the dialogs over a screen; ``current`` is the model that the screen looks at."""

    def __init__(self, screen: PlaceScreen, current: Callable[[], Asking | None]) -> None:
        self._screen = screen
        self._current = current

    def image(self, asking: Asking) -> None:
        """Predict an image file, or those of a folder."""

        def answered(path: Path | None) -> None:
            if path is not None:
                self._say_loading(asking)
                self._screen.in_thread(lambda: asking.files(path), self._show_own, "predict")

        title = "Predict an image, or the images of a folder"
        self._screen.app.push_screen(PathScreen(title, "file", Path.cwd(), SUFFIXES), answered)

    def _show_own(self, answer: tuple[ModelReady, tuple[Prediction, ...]]) -> None:
        ready, predictions = answer
        if len(predictions) != 1:
            self._screen.open_over(OwnImagesScreen(ready.classes, predictions))
        elif predictions[0].problem:
            self._screen.complain(predictions[0].problem)
        else:
            self._screen.open_over(OwnImageScreen(ready.classes, predictions[0]))

    def draw(self, asking: Asking) -> None:
        """Draw something for the model."""
        self._say_loading(asking)
        self._screen.in_thread(
            asking.start, lambda ready: self._open_board(asking, ready), "predict"
        )

    def _open_board(self, asking: Asking, ready: ModelReady) -> None:
        if ready.kind != "image":
            self._screen.complain(f"{ready.dataset} has no images, so there is nothing to draw.")
        elif asking is self._current():
            self._screen.open_over(DrawScreen(self._screen, asking, ready))

    def _say_loading(self, asking: Asking) -> None:
        if not asking.is_loaded:
            words = f"Loading {asking.model.name} …"
            self._screen.app.notify(words, timeout=3, markup=False)
