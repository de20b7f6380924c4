"""``python -m workbench.worker.predictor IDLE_S``: one model, kept loaded to answer requests.

A request and its answer are a line of JSON each. It ends when its input does, so it never
outlives whoever started it, and after IDLE_S seconds without a request.
"""

import os
import select
import sys
import traceback
from collections.abc import Iterator

import msgspec

from workbench.api.errors import UserError
from workbench.api.events import SamplesPredicted
from workbench.api.training import SupportsSaliency
from workbench.core.prediction import (
    Answer,
    AnswerValue,
    EvaluateSplit,
    FilesPredicted,
    LoadModel,
    ModelReady,
    PredictFiles,
    PredictItems,
    PredictPixels,
    Request,
)
from workbench.core.processes import output_for_answers
from workbench.core.tasks import TaskFailed
from workbench.worker.explaining import explain
from workbench.worker.loading import LoadedModel, load_model
from workbench.worker.outside import Outside
from workbench.worker.samples import predict_samples
from workbench.worker.steering import check_indices, check_split

_decoder: msgspec.json.Decoder[Request] = msgspec.json.Decoder(Request)


class Server:
    """Answers requests with the model that the first one loads."""

    def __init__(self) -> None:
        self._model: LoadedModel | None = None
        self._outside: Outside | None = None

    def answer(self, line: bytes) -> Answer:
        """The answer to a request's line; whatever goes wrong is one too."""
        try:
            return self._do(_decoder.decode(line))
        except Exception as error:
            message, code = explain(error)
            return TaskFailed(message, code, traceback.format_exc())

    def _do(self, request: Request) -> AnswerValue:
        if isinstance(request, LoadModel):
            return self._load(request)
        if self._model is None or self._outside is None:
            raise UserError("No model is loaded; ask for that first.")
        match request:
            case PredictPixels():
                return self._outside.predict_pixels(request)
            case PredictFiles():
                return FilesPredicted(self._outside.predict_files(request))
            case PredictItems():
                return _items(self._model, request)
            case EvaluateSplit():
                check_split(request.split, self._model.prepared)
                return self._model.evaluate(request.split)

    def _load(self, request: LoadModel) -> ModelReady:
        model = load_model(request.run, request.checkpoint, request.data_dir)
        info, loaded = model.prepared.info, model.prepared.loaded
        # The first pass through a model is slow; nobody should wait for it while drawing.
        model.trainer.logits("test", [0])
        self._model, self._outside = model, Outside(model.trainer, model.prepared)
        return ModelReady(
            run=model.run.name,
            checkpoint=model.checkpoint.name,
            step=model.checkpoint.manifest.step,
            device=model.trainer.device,
            dataset=info.name,
            kind=info.kind,
            shape=info.shape,
            dtype=info.dtype,
            classes=info.classes,
            sizes=dict(info.sizes),
            source=loaded.source,
            is_sample=loaded.is_sample,
            is_on_black=self._outside.is_on_black,
            has_saliency=isinstance(model.trainer, SupportsSaliency),
            task=info.task,
            targets=info.targets,
        )


def _items(model: LoadedModel, request: PredictItems) -> SamplesPredicted:
    prepared = model.prepared
    check_split(request.split, prepared)
    check_indices(request.indices, request.split, prepared)
    samples = predict_samples(
        model.trainer,
        prepared.info,
        prepared.loaded.splits,
        request.split,
        request.indices,
        saliency=request.saliency,
    )
    return SamplesPredicted(
        split=request.split, step=model.checkpoint.manifest.step, samples=samples
    )


def _lines(descriptor: int, idle_s: float) -> Iterator[bytes]:
    """The lines of a pipe until it ends or nothing came for a while."""
    rest = b""
    while select.select([descriptor], [], [], idle_s)[0]:
        chunk = os.read(descriptor, 1 << 16)
        if not chunk:
            return
        *lines, rest = (rest + chunk).split(b"\n")
        yield from lines


def main(idle_s: float) -> None:
    """Answer until the input ends."""
    output = output_for_answers()
    server = Server()
    for line in _lines(0, idle_s):
        output.write(msgspec.json.encode(server.answer(line)) + b"\n")
        output.flush()


if __name__ == "__main__":
    try:
        main(float(sys.argv[1]))
    finally:
        os._exit(0)  # taking a framework down takes seconds
