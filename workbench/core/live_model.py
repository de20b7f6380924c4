"""The model of a live run as it is now, asked through the run's commands."""

import threading
from collections.abc import Sequence
from typing import TypeVar

from workbench.api.commands import Command, Evaluate, Predict, ReadTensors, SaveCheckpoint
from workbench.api.errors import UserError, WorkbenchError
from workbench.api.events import (
    CheckpointFailed,
    CheckpointSaved,
    Evaluated,
    Event,
    EventBase,
    SamplesPredicted,
    TensorsRead,
)
from workbench.core.checkpoints import Checkpoint, find_checkpoint
from workbench.core.evaluation import EvaluationResult, read_live_evaluation
from workbench.core.runs.conversation import Conversation
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.lock import is_alive

MOST_ITEMS = 256
"""What a live run predicts becomes an event of it, so it predicts so many items at once."""

_E = TypeVar("_E", bound=EventBase)


class LiveModel:
    """Asks a live run's worker, which answers between two stretches of batches, or at once if
    the run is paused.

    The methods wait for the answer, and may be called from several threads. They raise
    :class:`UserError` where the worker refuses, or there is none, and
    :class:`~workbench.core.runs.conversation.WorkerEndedError` where it ends meanwhile.
    """

    def __init__(self, run: RunFolder) -> None:
        self.run = run
        self._conversation: Conversation | None = None
        self._lock = threading.Lock()

    def evaluate(self, split: str) -> EvaluationResult:
        """Evaluate on a split; the result is kept with the run."""
        told = _last(self._ask(Evaluate(split=split)), Evaluated)
        result = read_live_evaluation(self.run, split)
        if told is None or result is None or result.step != told.step:
            raise WorkbenchError(
                f"The worker of {self.run.name} could not keep its result in {self.run.path}."
            )
        return result

    def items(
        self, indices: Sequence[int], split: str = "test", *, saliency: bool = False
    ) -> SamplesPredicted:
        """Predict items of a split in depth, at most :data:`MOST_ITEMS`."""
        if len(indices) > MOST_ITEMS:
            raise UserError(
                f"A live run predicts at most {MOST_ITEMS} items at a time; for more name a "
                f"checkpoint, such as {self.run.name}@latest."
            )
        command = Predict(indices=tuple(indices), split=split, saliency=saliency)
        told = _last(self._ask(command), SamplesPredicted)
        if told is None:
            raise WorkbenchError(f"The worker of {self.run.name} answered without the items.")
        return told

    def tensors(self, indices: Sequence[int], split: str = "train") -> TensorsRead:
        """Look into the tensors of a pass over some items."""
        told = _last(self._ask(ReadTensors(indices=tuple(indices), split=split)), TensorsRead)
        if told is None:
            raise WorkbenchError(f"The worker of {self.run.name} answered without the tensors.")
        return told

    def saved(self) -> Checkpoint:
        """A checkpoint of the model as it is, saved unless there is one of this step."""
        happened = self._ask(SaveCheckpoint())
        failed = _last(happened, CheckpointFailed)
        if failed is not None:
            raise WorkbenchError(f"The checkpoint could not be saved: {failed.error}.")
        told = _last(happened, CheckpointSaved)
        return find_checkpoint(self.run, told.name if told else "latest")

    def _ask(self, command: Command) -> list[Event]:
        if not is_alive(self.run):
            raise UserError(
                f"{self.run.name} is not live any more; look at one of its checkpoints, such as "
                f"{self.run.name}@latest."
            )
        with self._lock:
            self._conversation = self._conversation or Conversation(self.run)
            return self._conversation.ask(command)


def _last(events: Sequence[Event], kind: type[_E]) -> _E | None:
    found = [event for event in events if isinstance(event, kind)]
    return found[-1] if found else None
