"""A run's story without what was trained twice."""

from collections.abc import Iterable

from workbench.api.events import (
    BatchesTrained,
    EpochStarted,
    EpochTested,
    Event,
    LossReported,
    RunStarted,
    SamplesPredicted,
)


def effective_events(events: Iterable[Event]) -> list[Event]:
    """The events as if the run had never been interrupted.

    A worker that died may have reported batches after its last checkpoint; the next worker
    trains them anew. Of such batches only the last report stays.
    """
    kept: list[Event] = []
    for event in events:
        if isinstance(event, RunStarted):
            kept = [earlier for earlier in kept if not is_rewound(earlier, event.step)]
        kept.append(event)
    return kept


def is_rewound(event: Event, step: int) -> bool:
    """Whether an event tells of training after ``step`` batches of the run."""
    match event:
        case EpochStarted():
            return event.step >= step
        case BatchesTrained() | LossReported():
            return event.step > step
        case EpochTested() | SamplesPredicted(epoch=int()):
            # The test after an epoch belongs to the step before the next epoch begins: a
            # checkpoint of that step was saved after the test.
            return event.step > step
        case _:
            return False
