"""Where someone intervened in a run: what its charts mark."""

from dataclasses import dataclass, replace

from workbench.api.events import (
    CheckpointSaved,
    EpochsChanged,
    Event,
    LearningRateChanged,
    NoteAdded,
    RunPaused,
    RunStarted,
)

_ASKED = "asked for"


@dataclass(frozen=True)
class RunMark:
    """Something that was done after ``step`` batches, with its sign on a chart."""

    step: int
    sign: str
    word: str
    is_setting: bool = False


def mark_of(event: Event) -> RunMark | None:
    """The mark of an event; most have none."""
    match event:
        case RunStarted(checkpoint=str()):
            return RunMark(event.step, "↻", "resumed")
        case RunPaused():
            return RunMark(event.step, "‖", "pause")
        case LearningRateChanged():
            return RunMark(event.step, "η", "rate", is_setting=True)
        case EpochsChanged():
            return RunMark(event.step, "E", "epochs", is_setting=True)
        case NoteAdded():
            return RunMark(event.step, "✎", "note", is_setting=True)
        case CheckpointSaved(reason=reason) if reason == _ASKED:
            return RunMark(event.step, "◆", "saved")
    return None


def rewound(marks: list[RunMark], step: int) -> list[RunMark]:
    """The marks of a run that is trained anew from ``step`` on.

    What was set and noted since holds from there on; pauses and checkpoints are gone.
    """
    kept = (mark for mark in marks if mark.is_setting or mark.step <= step)
    return [replace(mark, step=min(mark.step, step)) for mark in kept]
