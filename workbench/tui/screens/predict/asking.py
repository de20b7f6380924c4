"""Asking whoever has a model loaded, and remembering what was said."""

import threading
from collections.abc import Callable
from pathlib import Path

from workbench.api.errors import WorkbenchError
from workbench.api.events import Sample, SamplesPredicted
from workbench.core.checkpoints import Checkpoint
from workbench.core.config import Config
from workbench.core.evaluation import EvaluationResult
from workbench.core.live_model import MOST_ITEMS, LiveModel
from workbench.core.prediction import ModelReady, PredictFiles, Prediction, PredictPixels
from workbench.core.predictor import Predictor
from workbench.core.runs import RunFolder, data_dir_of
from workbench.tui.screens.predict.models import Model

_REMEMBERED = 3000


class Asking:
    """One model: a checkpoint in a process of its own, or a live run's in the run's worker.

    It remembers the items that it was asked about; ``step`` is when a live model answered last.
    All methods but :meth:`known` may wait, so
    screens call them in a thread.
    """

    def __init__(self, model: Model, config: Config) -> None:
        self.model = model
        self._config = config
        self._live = LiveModel(model.run) if model.is_live else None
        self._predictor: Predictor | None = None
        self.step = model.result.step if model.result else 0
        self.is_loaded = model.is_live
        self._samples: dict[tuple[str, int], Sample] = {}
        self._lock = threading.Lock()

    def known(self, split: str, index: int) -> Sample | None:
        """What was said of an item before."""
        return self._samples.get((split, index))

    def ask(self, split: str, indices: tuple[int, ...]) -> None:
        """Ask about items. Raises :class:`WorkbenchError`."""
        if len(self._samples) > _REMEMBERED:
            self._samples.clear()
        for sample in self._items(split, indices).samples:
            self._samples[split, sample.index] = sample
        self.is_loaded = True

    def in_depth(self, split: str, index: int) -> Sample:
        """An item with its saliency map. Raises :class:`WorkbenchError`."""
        return self._items(split, (index,), saliency=True).samples[0]

    def _items(
        self, split: str, indices: tuple[int, ...], *, saliency: bool = False
    ) -> SamplesPredicted:
        if self._live is None:
            return self._stored().items(indices, split, saliency=saliency)
        told = self._live.items(indices[:MOST_ITEMS], split, saliency=saliency)
        self.step = told.step
        return told

    def evaluate(self, split: str) -> EvaluationResult:
        """Evaluate on a split. Raises :class:`WorkbenchError`."""
        if self._live is None:
            return self._stored().evaluate(split)
        result = self._live.evaluate(split)
        self.step = result.step
        self._samples.clear()
        return result

    def start(self) -> ModelReady:
        """Load the model for what comes from outside, a live one as a checkpoint saved now.

        Raises :class:`WorkbenchError`.
        """
        ready = self._stored(is_now=True).start()
        self.is_loaded = True
        return ready

    def files(self, path: Path) -> tuple[ModelReady, tuple[Prediction, ...]]:
        """Ask about an image file, or those in a folder. Raises :class:`WorkbenchError`."""
        ready = self.start()
        request = PredictFiles((str(path),), steps=True, saliency=not path.is_dir())
        return ready, self._stored().files(request)

    def pixels(self, request: PredictPixels) -> Prediction:
        """Ask about a drawing. Raises :class:`WorkbenchError`."""
        return self._stored().pixels(request)

    def _stored(self, *, is_now: bool = False) -> Predictor:
        """The process of the checkpoint; of a live model the one saved last, or just now."""
        model = self.model
        with self._lock:
            predictor = self._predictor
            if predictor is not None and not (is_now and self._live):
                return predictor
            checkpoint = self._live.saved() if self._live else model.checkpoint
            assert checkpoint is not None
            if predictor is None or predictor.checkpoint != checkpoint.name:
                if predictor is not None:
                    predictor.close()
                predictor = _predictor(model.run, checkpoint, self._config)
            self._predictor = predictor
            return predictor

    def close(self) -> None:
        """End the process without waiting for it."""
        if self._predictor is not None:
            threading.Thread(target=self._predictor.close, daemon=True).start()


def _predictor(run: RunFolder, checkpoint: Checkpoint, config: Config) -> Predictor:
    return Predictor(run, checkpoint.name, data_dir_of(run, config))


def evaluate_once(model: Model, config: Config) -> EvaluationResult:
    """Evaluate a model that is not looked at further. Raises :class:`WorkbenchError`."""
    if model.checkpoint is None:
        return LiveModel(model.run).evaluate(model.split)
    with _predictor(model.run, model.checkpoint, config) as predictor:
        return predictor.evaluate(model.split)


def answer_of(work: Callable[[], object]) -> Callable[[], object]:
    """The work with a refusal as its result."""

    def attempt() -> object:
        try:
            return work()
        except WorkbenchError as error:
            return error

    return attempt
