"""Asking the process that keeps a model loaded, and remembering what it said."""

import threading
from collections.abc import Callable
from pathlib import Path

from workbench.api.errors import WorkbenchError
from workbench.api.events import Sample
from workbench.core.evaluation import EvaluationResult
from workbench.core.prediction import ModelReady, PredictFiles, Prediction
from workbench.core.predictor import Predictor
from workbench.tui.screens.predict.models import Model

_REMEMBERED = 3000


class Asking:
    """One model's predictor, and the items that it was asked about.

    All methods but :meth:`known` may wait, so screens call them in a thread.
    """

    def __init__(self, model: Model, data_dir: Path) -> None:
        self.model = model
        self.predictor = Predictor(model.run, model.checkpoint.name, data_dir)
        self.is_loaded = False
        self._samples: dict[tuple[str, int], Sample] = {}

    def known(self, split: str, index: int) -> Sample | None:
        """What was said of an item before."""
        return self._samples.get((split, index))

    def ask(self, split: str, indices: tuple[int, ...]) -> None:
        """Ask about items. Raises :class:`WorkbenchError`."""
        if len(self._samples) > _REMEMBERED:
            self._samples.clear()
        for sample in self.predictor.items(indices, split).samples:
            self._samples[split, sample.index] = sample
        self.is_loaded = True

    def start(self) -> ModelReady:
        """Load the model. Raises :class:`WorkbenchError`."""
        ready = self.predictor.start()
        self.is_loaded = True
        return ready

    def files(self, path: Path) -> tuple[ModelReady, tuple[Prediction, ...]]:
        """Ask about an image file, or those in a folder. Raises :class:`WorkbenchError`."""
        ready = self.start()
        request = PredictFiles((str(path),), steps=True, saliency=not path.is_dir())
        return ready, self.predictor.files(request)

    def in_depth(self, split: str, index: int) -> Sample:
        """An item with its saliency map. Raises :class:`WorkbenchError`."""
        return self.predictor.items((index,), split, saliency=True).samples[0]

    def evaluate(self, split: str) -> EvaluationResult:
        """Evaluate on a split. Raises :class:`WorkbenchError`."""
        return self.predictor.evaluate(split)

    def close(self) -> None:
        """End the process without waiting for it."""
        threading.Thread(target=self.predictor.close, daemon=True).start()


def answer_of(work: Callable[[], object]) -> Callable[[], object]:
    """The work with a refusal as its result."""

    def attempt() -> object:
        try:
            return work()
        except WorkbenchError as error:
            return error

    return attempt
