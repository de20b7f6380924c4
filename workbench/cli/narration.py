"""What a person reads of a run: its log on standard output, all else on standard error."""

from workbench.api.events import (
    BatchesTrained,
    CheckpointFailed,
    CheckpointSaved,
    DataPrepared,
    DataProgress,
    EpochsChanged,
    Event,
    LearningRateChanged,
    ModelBuilt,
    NoteAdded,
    RunPaused,
    RunResumed,
    RunStarted,
    StageEntered,
    WarningRaised,
    log_lines,
)
from workbench.cli.output import note, say
from workbench.core.runs import RunOverview
from workbench.core.units import bytes_text, duration_text, percent_text

SAMPLE_LABEL = "SAMPLE DATA"


class Narrator:
    """Prints events as they come."""

    def __init__(self) -> None:
        self._step_of_data = ("", "")

    def tell(self, event: Event) -> None:
        """Print an event's lines."""
        if isinstance(event, BatchesTrained):
            return  # has none, and nearly all events of a long run are such
        for line in log_lines(event):
            say(line)
        if isinstance(event, DataProgress):
            # One line for each step, not for each megabyte.
            if (event.step, event.message) == self._step_of_data:
                return
            self._step_of_data = (event.step, event.message)
        for line in notes_of(event):
            note(line)


def notes_of(event: Event) -> tuple[str, ...]:
    """What an event says beside the log."""
    match event:
        case RunStarted(checkpoint=str(checkpoint)):
            return (f"Going on from {checkpoint}: epoch {event.epoch}, batch {event.batch}.",)
        case StageEntered():
            return (f"{event.stage[:1].upper()}{event.stage[1:]} ...",)
        case DataProgress():
            return (f"Data: {event.step}: {event.message}",)
        case DataPrepared():
            return _data_notes(event)
        case ModelBuilt():
            return (
                f"Model: {event.summary.parameters:,} parameters on {event.device}; {event.epochs} "
                f"epochs of {event.steps_per_epoch:,} batches of {event.batch_size}.",
                *_rank_notes(event),
            )
        case CheckpointSaved():
            return (f"Checkpoint {event.name} saved ({bytes_text(event.size_bytes)}).",)
        case CheckpointFailed():
            return (
                f"Warning: the checkpoint could not be saved: {event.error}; "
                "the earlier ones are untouched.",
            )
        case RunPaused():
            return ("Paused.",)
        case RunResumed():
            return ("Going on.",)
        case LearningRateChanged():
            return (f"The learning rate is {event.learning_rate:g} from here on.",)
        case EpochsChanged():
            return (f"The run has {event.epochs} epochs from here on.",)
        case NoteAdded():
            return (f"Note: {event.text}",)
        case WarningRaised():
            return (f"Warning: {event.message}",)
        case _:
            return ()


def _rank_notes(event: ModelBuilt) -> tuple[str, ...]:
    if not event.ranks:
        return ()
    places = ", ".join(f"{item.rank} on {item.device} of {item.host}" for item in event.ranks)
    share = event.batch_size // len(event.ranks)
    return (f"Ranks: {places}; each has {share} items of a batch.",)


def _data_notes(event: DataPrepared) -> tuple[str, ...]:
    sizes = " and ".join(f"{size:,} {split}" for split, size in event.sizes.items())
    line = f"Data: {event.dataset}, {sizes} items ({event.source})."
    if not event.is_sample:
        return (line,)
    return (
        line,
        f"{SAMPLE_LABEL}: the accuracies of this run are those of a small sample; get the full "
        f"dataset with `workbench data fetch {event.dataset}`.",
    )


def ending(seen: RunOverview, elapsed_s: float) -> str:
    """How a run ended, in a sentence."""
    parts = [f"Run {seen.name} {seen.state} after {seen.step:,} batches"]
    parts.append(f"in {duration_text(elapsed_s)} of training")
    sentence = " ".join(parts)
    if seen.last_accuracy is not None and seen.best_accuracy is not None:
        accuracies = f"{percent_text(seen.last_accuracy)}, best {percent_text(seen.best_accuracy)}"
        sentence += f"; test accuracy {accuracies}{sample_mark(seen.is_sample)}"
    if seen.last_error is not None:
        best = "" if seen.best_error is None else f", best {seen.best_error:.6g}"
        sentence += f"; mean absolute error {seen.last_error:.6g}{best}"
        sentence += sample_mark(seen.is_sample)
    return f"{sentence}."


def sample_mark(is_sample: bool) -> str:
    """What stands behind an accuracy that comes from a sample."""
    return f" ({SAMPLE_LABEL})" if is_sample else ""
