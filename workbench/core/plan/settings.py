"""The settings that every plan has, whatever its plugins, declared once."""

from dataclasses import dataclass

from workbench.api.options import option


@dataclass(frozen=True)
class RunSettings:
    """The keys at the top of a plan."""

    epochs: int = option(5, help="Passes over the training split.", ge=1)
    seed: int = option(0, help="Seed of weights, order and dropout.", ge=0, le=2**32 - 1)
    device: str = option("auto", help="auto, cpu, cuda:N or mps.")
    devices: str = option("1", help="How many devices: a number, all, or GPUs such as 0,2.")
    restarts: int = option(
        3, help="Times that a run of several processes begins again when one is lost.", ge=0, le=99
    )
    loss: str = option("cross-entropy", help="A loss of the backend.")
    log_every: int = option(100, help="Batches from one loss line to the next.", ge=1)
    patience: int = option(
        0, help="Epochs without a better result after which the run ends; 0: never.", ge=0
    )
    start_from: str | None = option(
        None, help="Folder of a checkpoint whose weights the run begins with."
    )
    samples: int = option(8, help="Test items predicted after each epoch.", ge=0, le=64)


@dataclass(frozen=True)
class DataSettings:
    """``[data]``: how items become batches."""

    batch_size: int = option(64, help="Items in a batch.", ge=1)
    shuffle: bool = option(False, help="A new order of the training items each epoch.")
    drop_last: bool = option(False, help="Leave out a last, smaller batch.")
    workers: int = option(0, help="Loader processes (threads with Keras); 0: none.", ge=0, le=64)


@dataclass(frozen=True)
class ScheduleSettings:
    """``[schedule]``: how the learning rate changes over the run."""

    name: str = option(
        "constant",
        help="Shape of the schedule.",
        choices=("constant", "step", "cosine", "one-cycle"),
    )
    warmup_steps: int = option(0, help="Batches over which it first rises from 0.", ge=0)
    step_epochs: int = option(1, help="step: epochs from one drop to the next.", ge=1)
    gamma: float = option(0.1, help="step: factor of each drop.", gt=0, le=1)
    min_factor: float = option(0.0, help="cosine, one-cycle: the last factor.", ge=0, le=1)
    rise: float = option(0.3, help="one-cycle: share of the run that rises.", gt=0, lt=1)


@dataclass(frozen=True)
class CheckpointSettings:
    """``[checkpoint]``: when the worker saves, and what it keeps."""

    every_epochs: int = option(1, help="Epochs from one checkpoint to the next; 0: none.", ge=0)
    every_batches: int = option(0, help="Batches from one to the next; 0: none.", ge=0)
    every_minutes: float = option(0.0, help="Minutes from one to the next; 0: none.", ge=0)
    keep_last: int = option(3, help="Newest checkpoints kept; 0 keeps all.", ge=0)
    keep_best: str = option(
        "accuracy", help="Metric whose best is kept too.", choices=("accuracy", "loss")
    )
