"""Obeying the commands that clients sent."""

from workbench.api.commands import (
    AddNote,
    Command,
    Evaluate,
    Pause,
    Predict,
    ReadTensors,
    Resume,
    SaveCheckpoint,
    SetEpochs,
    SetLearningRate,
    Stop,
)
from workbench.api.errors import UserError
from workbench.api.events import (
    CommandReceived,
    EpochsChanged,
    LearningRateChanged,
    NoteAdded,
    SamplesPredicted,
    TensorsRead,
    WarningRaised,
)
from workbench.api.tensors import SupportsTensors, TensorView
from workbench.api.training import Trainer
from workbench.core.checkpoints.managing import check_checkpoint_name, refuse_taken
from workbench.core.evaluation import evaluated, keep_live_evaluation
from workbench.core.plan import Plan
from workbench.core.runs import CommandReader, RunFolder
from workbench.worker.evaluating import evaluate_split
from workbench.worker.journal import Journal
from workbench.worker.position import Position
from workbench.worker.samples import predict_samples
from workbench.worker.saving import Saver
from workbench.worker.setup import Prepared

MAX_TENSOR_ITEMS = 1024


class Steering:
    """Reads a run's commands and does them, between two stretches of batches.

    ``batches_until_pause`` is ``None`` unless someone asked to pause after some batches.
    What lies before ``asked_before`` in ``commands.jsonl`` was there when the worker began.
    """

    def __init__(
        self,
        run: RunFolder,
        plan: Plan,
        reader: CommandReader,
        trainer: Trainer,
        prepared: Prepared,
        journal: Journal,
        saver: Saver,
        position: Position,
    ) -> None:
        self._run = run
        self._plan = plan
        self._reader = reader
        self._trainer = trainer
        self._prepared = prepared
        self._journal = journal
        self._saver = saver
        self._position = position
        self.stop_now = False
        self.stop_at_epoch_end = False
        self.is_paused = False
        self.batches_until_pause: int | None = None
        self.asked_before = 0

    def obey(self, step: int) -> None:
        """Do all commands that came since the last time."""
        for command, offset in self._reader.read():
            problem, name = "", "unreadable"
            if isinstance(command, str):
                problem = command
            else:
                name = type(command).__name__
                try:
                    if offset <= self.asked_before:
                        _refuse_late(command)
                    self._do(command, step)
                except UserError as error:
                    problem = str(error)
            if problem:
                self._journal.add(WarningRaised(message=problem))
            self._journal.add(CommandReceived(command=name, offset=offset, problem=problem))

    def count(self, batches: int) -> None:
        """Some batches were trained."""
        if self.batches_until_pause is not None:
            self.batches_until_pause -= batches
            if self.batches_until_pause <= 0:
                self.is_paused, self.batches_until_pause = True, None

    def _do(self, command: Command, step: int) -> None:
        match command:
            case Pause(batches=0):
                self.is_paused = True
            case Pause(batches=batches):
                self.is_paused, self.batches_until_pause = False, batches
            case Resume():
                self.is_paused, self.batches_until_pause = False, None
            case Stop(at_epoch_end=False):
                self.stop_now = True
            case Stop():
                self.stop_at_epoch_end, self.is_paused = True, False
            case SaveCheckpoint(name=name):
                if name:
                    check_checkpoint_name(name)
                    refuse_taken(self._run, name)
                self._saver.save(self._position, "asked for", name)
            case SetLearningRate(learning_rate=rate):
                self._set_learning_rate(rate, step)
            case SetEpochs(epochs=epochs):
                self._set_epochs(epochs, step)
            case AddNote(text=text):
                self._journal.add(NoteAdded(step=step, text=text))
            case Evaluate(split=split):
                self._evaluate(split, step)
            case Predict():
                self._predict(command, step)
            case ReadTensors():
                found = tensors_of(self._trainer, self._prepared, command.split, command.indices)
                self._journal.add(
                    TensorsRead(
                        split=command.split, step=step, indices=command.indices, tensors=found
                    )
                )

    def _set_learning_rate(self, rate: float, step: int) -> None:
        if not 0 < rate < float("inf"):
            raise UserError(f"A learning rate must be above 0, but is {rate}.")
        self._position.learning_rate = rate
        self._journal.add(LearningRateChanged(step=step, learning_rate=rate))

    def _set_epochs(self, epochs: int, step: int) -> None:
        least = self._position.epoch + 1
        if epochs < least:
            raise UserError(f"The run is in epoch {least} already; {epochs} epochs are too few.")
        self._position.epochs = epochs
        self._journal.add(EpochsChanged(step=step, epochs=epochs))

    def _evaluate(self, split: str, step: int) -> None:
        check_split(split, self._prepared)
        result = evaluate_split(
            self._trainer,
            self._prepared,
            split,
            plan=self._plan,
            run=self._run.name,
            step=step,
        )
        keep_live_evaluation(self._run, result)
        self._journal.add(evaluated(result))

    def _predict(self, command: Predict, step: int) -> None:
        split, indices = command.split, command.indices
        check_split(split, self._prepared)
        check_indices(indices, split, self._prepared)
        samples = predict_samples(
            self._trainer,
            self._prepared.info,
            self._prepared.loaded.splits,
            split,
            indices,
            saliency=command.saliency,
        )
        self._journal.add(SamplesPredicted(split=split, step=step, samples=samples))


def _refuse_late(command: Command) -> None:
    """Raise :class:`UserError` for what was meant for an earlier worker, which had ended."""
    match command:
        case Stop() | Pause(batches=0):
            asked = "stop" if isinstance(command, Stop) else "pause"
            raise UserError(
                f"Somebody asked the run to {asked} when its worker had ended; it goes on."
            )


def check_split(split: str, prepared: Prepared) -> None:
    """Raise :class:`UserError` for a split that the dataset does not have."""
    if split not in prepared.loaded.splits:
        known = ", ".join(prepared.loaded.splits)
        raise UserError(f'There is no split "{split}"; the dataset has: {known}.')


def check_indices(indices: tuple[int, ...], split: str, prepared: Prepared) -> None:
    """Raise :class:`UserError` for an index that the split does not have."""
    size = prepared.info.sizes[split]
    for index in indices:
        if not 0 <= index < size:
            raise UserError(f"The {split} split has items 0 to {size - 1}; there is no {index}.")


def tensors_of(
    trainer: Trainer, prepared: Prepared, split: str, indices: tuple[int, ...]
) -> tuple[TensorView, ...]:
    """The tensors of a pass over some items. Raises :class:`UserError`."""
    check_split(split, prepared)
    check_indices(indices, split, prepared)
    if not indices or len(set(indices)) > MAX_TENSOR_ITEMS:
        raise UserError(f"Name 1 to {MAX_TENSOR_ITEMS} items.")
    if not isinstance(trainer, SupportsTensors):
        raise UserError("The run's backend shows no tensors.")
    return tuple(trainer.tensors(split, indices))
