"""The fixed samples after each epoch: how a model came to see what it sees."""

from collections.abc import Iterable, Iterator

from msgspec.structs import replace

from workbench.api.events import Event, RunStarted, SamplesPredicted
from workbench.core.runs import RunFolder, events_of
from workbench.core.runs.rewind import is_rewound


def epoch_samples(run: RunFolder, newest: int | None = None) -> dict[int, SamplesPredicted]:
    """The samples of a run's file by epoch; of its events only these are read.

    With ``newest`` those of so many epochs at the end: of ten thousand, all take 100 MB.
    """
    return samples_by_epoch(
        with_shared_pixels(events_of(run, RunStarted, SamplesPredicted)), newest
    )


def with_shared_pixels(events: Iterable[Event]) -> Iterator[Event]:
    """The same events, in which equal pictures are one object.

    After each epoch the same items are predicted: of a run of thousands each picture would be
    in memory thousands of times.
    """
    known: dict[str, str] = {}
    for event in events:
        if isinstance(event, SamplesPredicted):
            samples = tuple(
                replace(item, pixels=known.setdefault(item.pixels, item.pixels))
                for item in event.samples
            )
            event = replace(event, samples=samples)
        yield event


def samples_by_epoch(
    events: Iterable[Event], newest: int | None = None
) -> dict[int, SamplesPredicted]:
    """What a run's model said of the same items after each epoch (from 0), in order.

    An epoch that was trained twice because of an interruption is there once, as it was last.
    """
    found: dict[int, SamplesPredicted] = {}
    for event in events:
        if isinstance(event, RunStarted):
            found = {at: told for at, told in found.items() if not is_rewound(told, event.step)}
        elif isinstance(event, SamplesPredicted) and event.epoch is not None:
            found.pop(event.epoch, None)
            found[event.epoch] = event
            if newest is not None and len(found) > newest:
                del found[next(iter(found))]
    return dict(sorted(found.items()))
