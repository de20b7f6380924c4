"""Predicting images that are no items of a dataset: files and drawings."""

import base64
import binascii
import importlib.util
from typing import TYPE_CHECKING, Any

import numpy as np

from workbench.api.data import DatasetInfo
from workbench.api.errors import UserError
from workbench.api.formats import values_text
from workbench.api.training import Trainer
from workbench.core.evaluation import softmax
from workbench.core.evaluation.metrics import argmax, class_logits
from workbench.core.prediction import PredictFiles, Prediction, PredictPixels
from workbench.worker.samples import check_outputs, saliency_image
from workbench.worker.setup import Prepared

if TYPE_CHECKING:
    from workbench.worker.own_images import Target, Transformed

_LOOKED_AT = 200
_DARK = 64
_AT_ONCE = 256
_MAX_DRAWING = 4096


class Outside:
    """Predicts what comes from outside with a loaded model."""

    def __init__(self, trainer: Trainer, prepared: Prepared) -> None:
        self._trainer = trainer
        self._info = prepared.info
        self.is_on_black = _is_on_black(prepared)

    def predict_pixels(self, asked: PredictPixels) -> Prediction:
        """Predict a drawing. Raises :class:`UserError`."""
        self._refuse_no_images()
        grey = _grey_array(asked)
        height, width = self._info.shape[:2]
        if grey.shape != (height, width):
            grey = self._resized(grey)
        channels = self._info.shape[2:]
        array = np.stack([grey] * channels[0], axis=-1) if channels else grey
        return self._predict([array], saliency=asked.saliency)[0]

    def predict_files(self, asked: PredictFiles) -> tuple[Prediction, ...]:
        """Predict image files; one that can't be has its reason. Raises :class:`UserError`."""
        self._refuse_no_images()
        images = self._images()
        paths = images.find_images(asked.paths)
        found: list[Prediction] = []
        for start in range(0, len(paths), _AT_ONCE):
            part = paths[start : start + _AT_ONCE]
            opened: list[Transformed | UserError] = []
            for path in part:
                try:
                    opened.append(images.transform_file(path, self._target(), asked.invert))
                except UserError as error:
                    opened.append(error)
            found += self._predict_opened([str(path) for path in part], opened, asked)
        return tuple(found)

    def _predict_opened(
        self, names: list[str], opened: "list[Transformed | UserError]", asked: PredictFiles
    ) -> list[Prediction]:
        whole = [item for item in opened if not isinstance(item, UserError)]
        arrays = [np.frombuffer(item.content, np.uint8).reshape(self._info.shape) for item in whole]
        predicted = iter(self._predict(arrays, saliency=asked.saliency))
        made: list[Prediction] = []
        for name, item in zip(names, opened, strict=True):
            if isinstance(item, UserError):
                made.append(Prediction(file=name, problem=str(item)))
                continue
            one = next(predicted)
            made.append(
                Prediction(
                    file=name,
                    predicted=one.predicted,
                    confidence=one.confidence,
                    probabilities=one.probabilities,
                    shape=one.shape,
                    pixels=one.pixels,
                    saliency=one.saliency,
                    is_inverted=item.is_inverted,
                    steps=item.steps if asked.steps else (),
                )
            )
        return made

    def _predict(self, arrays: list[Any], *, saliency: bool) -> list[Prediction]:
        if not arrays:
            return []
        outputs = self._trainer.logits_of(np.stack(arrays))
        check_outputs(outputs, self._info)
        return [
            self._prediction(array, row, saliency)
            for array, row in zip(arrays, outputs, strict=True)
        ]

    def _prediction(self, array: Any, logits: Any, saliency: bool) -> Prediction:
        if self._info.task == "regression":
            return Prediction(
                predicted=values_text(logits, self._info.targets),
                confidence=None,
                shape=tuple(array.shape),
                pixels=base64.b64encode(array.tobytes()).decode(),
                saliency=saliency_image(self._trainer, array) if saliency else "",
            )
        logits = class_logits(logits, self._info.task)
        probabilities = softmax(logits)
        predicted = argmax(logits)
        return Prediction(
            predicted=self._info.classes[predicted],
            confidence=probabilities[predicted],
            probabilities=tuple(float(f"{value:.7g}") for value in probabilities),
            shape=tuple(array.shape),
            pixels=base64.b64encode(array.tobytes()).decode(),
            saliency=saliency_image(self._trainer, array) if saliency else "",
        )

    def _refuse_no_images(self) -> None:
        info = self._info
        if not _takes_images(info):
            raise UserError(
                f"The dataset {info.name} has items of {info.dtype} {_shape(info)}, no images of "
                "8 bits with 1 or 3 channels; its models take no images from outside."
            )

    def _target(self) -> "Target":
        height, width = self._info.shape[:2]
        images = self._images()
        target: Target = images.Target(height, width, self._info.channels, self.is_on_black)
        return target

    def _resized(self, grey: Any) -> Any:
        from PIL import Image

        height, width = self._info.shape[:2]
        images = self._images()
        target = images.Target(height, width, 1, self.is_on_black)
        made = images.transform(Image.fromarray(grey), target, "no", "drawing")
        return np.frombuffer(made.content, np.uint8).reshape(height, width)

    def _images(self) -> Any:
        if importlib.util.find_spec("PIL") is None:
            raise UserError("Own images need Pillow; install it with: pip install pillow")
        from workbench.worker import own_images

        return own_images


def _takes_images(info: DatasetInfo) -> bool:
    return info.kind == "image" and info.dtype == "uint8" and info.channels in (1, 3)


def _shape(info: DatasetInfo) -> str:
    return "x".join(map(str, info.shape))


def _grey_array(asked: PredictPixels) -> Any:
    height, width = asked.shape
    try:
        content = base64.b64decode(asked.pixels, validate=True)
    except binascii.Error:
        content = b""
    if not (0 < height <= _MAX_DRAWING and 0 < width <= _MAX_DRAWING) or (
        len(content) != height * width
    ):
        raise UserError(
            f"A drawing of {width}x{height} needs {width * height} bytes, one a pixel, but has "
            f"{len(content)}."
        )
    return np.frombuffer(content, np.uint8).reshape(height, width)


def _is_on_black(prepared: Prepared) -> bool:
    """Whether the first training images are dark at their border and brighter inside."""
    if not _takes_images(prepared.info):
        return False
    split = prepared.loaded.splits["train"]
    count = min(len(split), _LOOKED_AT)
    items = np.stack([np.asarray(split[index][0], np.float32) for index in range(count)])
    mean = items.mean(axis=0).reshape(*prepared.info.shape[:2], -1).mean(axis=2)
    inside = np.zeros(mean.shape, bool)
    down, across = (max(1, side // 10) for side in mean.shape)
    inside[down:-down, across:-across] = True
    if not inside.any():
        return False
    border = float(mean[~inside].mean())
    return border < _DARK and border < float(mean[inside].mean())
