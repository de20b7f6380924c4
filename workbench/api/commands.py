"""The commands that any client may append to a run's ``commands.jsonl``, one JSON line each."""

import msgspec


class CommandBase(msgspec.Struct, frozen=True, kw_only=True, tag_field="type"):
    """What each command has: Unix time in seconds, and who sent it, e.g. ``ann@box tui``."""

    time: float = 0.0
    sender: str = ""


class Pause(CommandBase, frozen=True, tag="pause"):
    """Pause after the current batch, or after ``batches`` more."""

    batches: int = 0


class Resume(CommandBase, frozen=True, tag="resume"):
    """Go on after a pause."""


class Stop(CommandBase, frozen=True, tag="stop"):
    """Stop with a checkpoint: after the batch, or at the end of the epoch."""

    at_epoch_end: bool = False


class SaveCheckpoint(CommandBase, frozen=True, tag="checkpoint"):
    """Save a checkpoint now; with a name it is protected."""

    name: str = ""


class SetLearningRate(CommandBase, frozen=True, tag="set-learning-rate"):
    """Use this learning rate from the next batch on (before the schedule's factor)."""

    learning_rate: float


class SetEpochs(CommandBase, frozen=True, tag="set-epochs"):
    """Train this many epochs in all."""

    epochs: int


class AddNote(CommandBase, frozen=True, tag="note"):
    """Write a note into the run's events."""

    text: str


class Evaluate(CommandBase, frozen=True, tag="evaluate"):
    """Evaluate the model as it is on a split."""

    split: str = "test"


class Predict(CommandBase, frozen=True, tag="predict"):
    """Predict these items of a split, with a saliency map each if wanted."""

    indices: tuple[int, ...]
    split: str = "test"
    saliency: bool = False


class ReadTensors(CommandBase, frozen=True, tag="read-tensors"):
    """Look into the tensors of a pass over these items of a split."""

    indices: tuple[int, ...]
    split: str = "train"


Command = (
    Pause
    | Resume
    | Stop
    | SaveCheckpoint
    | SetLearningRate
    | SetEpochs
    | AddNote
    | Evaluate
    | Predict
    | ReadTensors
)
