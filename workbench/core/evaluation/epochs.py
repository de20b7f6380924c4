"""The fixed samples after each epoch: how a model came to see what it sees."""

from collections.abc import Iterable

from workbench.api.events import Event, RunStarted, SamplesPredicted
from workbench.core.runs import effective_events


def samples_by_epoch(events: Iterable[Event]) -> dict[int, SamplesPredicted]:
    """What a run's model said of the same items after each epoch (from 0), in order.

    An epoch that was trained twice because of an interruption is there once, as it was last.
    """
    telling = (event for event in events if isinstance(event, (RunStarted, SamplesPredicted)))
    found = {
        event.epoch: event
        for event in effective_events(telling)
        if isinstance(event, SamplesPredicted) and event.epoch is not None
    }
    return dict(sorted(found.items()))
