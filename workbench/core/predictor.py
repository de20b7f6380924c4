"""A process that keeps one checkpoint loaded, and answers within milliseconds."""

import contextlib
import signal
import subprocess
import tempfile
import threading
from pathlib import Path
from types import TracebackType
from typing import IO, Self, TypeVar

import msgspec

from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import SamplesPredicted
from workbench.core.evaluation import EvaluationResult
from workbench.core.hosts.calls import path_there, place_of
from workbench.core.prediction import (
    Answer,
    AnswerValue,
    EvaluateSplit,
    FilesPredicted,
    LoadModel,
    ModelReady,
    PredictFiles,
    Prediction,
    PredictItems,
    PredictPixels,
    Request,
)
from workbench.core.processes import module_command
from workbench.core.runs.folder import RunFolder
from workbench.core.tasks import TaskFailed

IDLE_S = 1800.0
_END_S = 2.0
_A = TypeVar("_A", ModelReady, SamplesPredicted, Prediction, FilesPredicted, EvaluationResult)
_decoder: msgspec.json.Decoder[Answer] = msgspec.json.Decoder(Answer)


class PredictorEndedError(WorkbenchError):
    """The process ended before it answered, or was closed."""


class _IdledError(PredictorEndedError):
    """The process had waited long enough, and read the request no more."""


class Predictor:
    """Asks the process of one checkpoint, one request at a time; for use in threads.

    The methods wait for the answer, and raise :class:`UserError` or :class:`WorkbenchError`
    with its sentence. :meth:`close` may be called from any thread at any time, and ends a
    request that is under way with :class:`PredictorEndedError`. The process ends by itself
    with the one that started it, or after ``idle_s`` seconds without a request; the next
    request then starts another.
    """

    def __init__(
        self, run: RunFolder, checkpoint: str, data_dir: Path, *, idle_s: float = IDLE_S
    ) -> None:
        self.checkpoint = checkpoint
        self._load = LoadModel(path_there(run.path), checkpoint, path_there(data_dir))
        self._place = place_of(run.path)
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._errors: IO[bytes] | None = None
        self._ready: ModelReady | None = None
        self._is_closed = False

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.close()

    def start(self) -> ModelReady:
        """Load the checkpoint, which takes some seconds; at once if it is loaded."""
        with self._lock:
            return self._ensure_ready()

    def items(
        self, indices: tuple[int, ...], split: str = "test", *, saliency: bool = False
    ) -> SamplesPredicted:
        """Predict items of a split in depth."""
        return self._ask(PredictItems(indices, split, saliency), SamplesPredicted)

    def pixels(self, request: PredictPixels) -> Prediction:
        """Predict a drawing."""
        return self._ask(request, Prediction)

    def files(self, request: PredictFiles) -> tuple[Prediction, ...]:
        """Predict image files."""
        return self._ask(request, FilesPredicted).predictions

    def evaluate(self, split: str = "test") -> EvaluationResult:
        """Evaluate on a split; the result is kept with the checkpoint too."""
        return self._ask(EvaluateSplit(split), EvaluationResult)

    def close(self) -> None:
        """End the process; the predictor answers no more."""
        self._is_closed = True
        if self._lock.acquire(blocking=False):
            try:
                self._end()
            finally:
                self._lock.release()
        elif (process := self._process) is not None:
            process.terminate()  # whoever waits for its answer reads the end

    def _ask(self, request: Request, kind: type[_A]) -> _A:
        with self._lock:
            self._ensure_ready()
            try:
                answer = self._exchange(request)
            except _IdledError:  # in this moment
                self._ensure_ready()
                answer = self._exchange(request)
            assert isinstance(answer, kind)
            return answer

    def _ensure_ready(self) -> ModelReady:
        if self._process is not None and self._process.poll() is not None:
            self._end()  # after idling, or killed between two requests
        if self._process is None or self._ready is None:
            self._launch()
            try:
                ready = self._exchange(self._load)
            except WorkbenchError:
                self._end()
                raise
            assert isinstance(ready, ModelReady)
            self._ready = ready
        return self._ready

    def _launch(self) -> None:
        if self._is_closed:
            raise PredictorEndedError("The predictor is closed.")
        self._errors = tempfile.TemporaryFile()  # noqa: SIM115  closed when the process ends
        self._process = subprocess.Popen(
            self._command(),
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=self._errors,
            start_new_session=True,  # a Ctrl+C in the terminal is for the interface
        )
        if self._is_closed:  # meanwhile, by another thread
            self._process.terminate()

    def _command(self) -> list[str]:
        """What runs the process: here, or where the run is."""
        if self._place is not None:
            return self._place.command("serve", "predictor", str(self._idle_s))
        return module_command("workbench.worker.predictor", str(self._idle_s))

    def _exchange(self, request: Request) -> AnswerValue:
        process = self._process
        assert process is not None and process.stdin is not None and process.stdout is not None
        try:
            process.stdin.write(msgspec.json.encode(request) + b"\n")
            process.stdin.flush()
            answer = _decoder.decode(process.stdout.readline())
        except (OSError, ValueError, msgspec.MsgspecError):
            reason, status = self._reason(process), process.poll()
            self._end()
            kind = _IdledError if status == 0 and not self._is_closed else PredictorEndedError
            raise kind(f"The predictor ended without an answer{reason}.") from None
        if isinstance(answer, TaskFailed):
            raise (UserError if answer.exit_code == 2 else WorkbenchError)(answer.message)
        return answer

    def _reason(self, process: subprocess.Popen[bytes]) -> str:
        """Why it ended, as far as one can know."""
        if self._is_closed:
            return ": it was closed"
        with contextlib.suppress(subprocess.TimeoutExpired):
            status = process.wait(_END_S)
            if status < 0:
                return f" ({signal.Signals(-status).name})"
        assert self._errors is not None
        self._errors.seek(0)
        lines = self._errors.read().decode(errors="replace").strip().splitlines()
        return f" ({lines[-1]})" if lines else ""

    def _end(self) -> None:
        """Let the process end, or see to it; the lock is held."""
        process, self._process, self._ready = self._process, None, None
        if process is None:
            return
        assert process.stdin is not None and process.stdout is not None
        with contextlib.suppress(OSError):
            process.stdin.close()
        try:
            process.wait(_END_S)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        process.stdout.close()
        if self._errors is not None:
            self._errors.close()
            self._errors = None
