"""What a predictor is asked and what it answers: plain values, one JSON line each."""

from typing import Literal

import msgspec

from workbench.api.data import Task
from workbench.api.events import SamplesPredicted
from workbench.core.evaluation import EvaluationResult
from workbench.core.tasks import TaskFailed

Invert = Literal["auto", "yes", "no"]


class LoadModel(msgspec.Struct, frozen=True, tag="load"):
    """The first request: load a checkpoint of the run in folder ``run``."""

    run: str
    checkpoint: str
    data_dir: str


class PredictItems(msgspec.Struct, frozen=True, tag="items"):
    """Predict items of a split in depth."""

    indices: tuple[int, ...]
    split: str = "test"
    saliency: bool = False


class PredictPixels(msgspec.Struct, frozen=True, tag="pixels"):
    """Predict a drawing: the bytes of an 8-bit grey image in base64, ``(height, width)``.

    Its values are taken as the dataset's are (a bright digit on black stays that); a size
    other than the dataset's is brought to it.
    """

    shape: tuple[int, int]
    pixels: str
    saliency: bool = False


class PredictFiles(msgspec.Struct, frozen=True, tag="files"):
    """Predict image files, and those in folders; ``steps`` asks for the intermediate images."""

    paths: tuple[str, ...]
    invert: Invert = "auto"
    steps: bool = True
    saliency: bool = False


class EvaluateSplit(msgspec.Struct, frozen=True, tag="evaluate"):
    """Evaluate on a split, and keep the result with the checkpoint."""

    split: str = "test"


Request = LoadModel | PredictItems | PredictPixels | PredictFiles | EvaluateSplit


class ModelReady(msgspec.Struct, frozen=True, tag="ModelReady"):
    """The checkpoint is loaded. ``shape`` and ``dtype`` are those of one stored item.

    ``is_on_black`` says that the dataset's images are bright things on black.
    """

    run: str
    checkpoint: str
    step: int
    device: str
    dataset: str
    kind: str
    shape: tuple[int, ...]
    dtype: str
    classes: tuple[str, ...]
    sizes: dict[str, int]
    source: str
    is_sample: bool
    is_on_black: bool
    has_saliency: bool
    task: Task = "multiclass"
    targets: tuple[str, ...] = ()


class TransformStep(msgspec.Struct, frozen=True):
    """An image after one step of the dataset's transform, at most 256 pixels a side.

    ``name`` is the step's, such as ``grey``; ``note`` says what it did, in words.
    """

    name: str
    note: str
    shape: tuple[int, ...]
    pixels: str


class Prediction(msgspec.Struct, frozen=True, tag="Prediction"):
    """What the model says of an image from outside.

    ``pixels`` is the uint8 image that the model saw, in base64. ``probabilities`` has one
    value a class. For a file that can't be predicted ``problem`` is the reason, as a
    sentence, and ``predicted`` is empty. A regression has no probabilities and no confidence.
    """

    file: str = ""
    predicted: str = ""
    confidence: float | None = 0.0
    probabilities: tuple[float, ...] = ()
    shape: tuple[int, ...] = ()
    pixels: str = ""
    saliency: str = ""
    is_inverted: bool = False
    steps: tuple[TransformStep, ...] = ()
    problem: str = ""


class FilesPredicted(msgspec.Struct, frozen=True, tag="FilesPredicted"):
    """The predictions of a :class:`PredictFiles`, in its order."""

    predictions: tuple[Prediction, ...]


AnswerValue = ModelReady | SamplesPredicted | Prediction | FilesPredicted | EvaluationResult
Answer = AnswerValue | TaskFailed
