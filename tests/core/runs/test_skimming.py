"""Some events of a long file against those of the whole file."""

from itertools import pairwise

import pytest

from workbench.api import events
from workbench.core.runs import EventWriter, events_of, lines, read_events, skimming
from workbench.core.runs.skimming import skim_between, skim_ends


@pytest.fixture
def write(run):
    """Writes notes of steps 0, 1 …, with a test after each hundredth."""

    def written(count):
        writer = EventWriter(run)
        for step in range(count):
            if step % 100 == 99:
                writer.write(after_epoch(step // 100, step))
            writer.write(events.NoteAdded(step=step, text='{"type":"EpochTested"'))
        writer.close()
        return read_events(run)

    return written


def after_epoch(epoch, step):
    return events.EpochTested(
        epoch=epoch, step=step, accuracy=0.5, loss=1.2, correct=1, size=2, elapsed_s=1.0,
        is_best=False,
    )  # fmt: skip


def test_the_first_and_the_last_events(run, write):
    whole = write(500)
    assert skim_ends(run, run.events.stat().st_size) is None  # read whole as fast
    ends = skim_ends(run, 1000)
    assert ends.first == whole[: len(ends.first)] and 0 < len(ends.first) < 20
    assert ends.last == whole[-len(ends.last) :] and 0 < len(ends.last) < 20
    with run.events.open("ab") as file:
        file.write(b'{"torn')
    assert skim_ends(run, 1000).last[-1] == whole[-1]


def test_places_from_start_to_end(run, write, monkeypatch):
    monkeypatch.setattr(skimming, "_PLACES", 8)
    monkeypatch.setattr(skimming, "_PLACE_BYTES", 1000)
    whole = write(200)
    assert skim_between(run) == []  # read whole as fast
    whole = write(2000)
    places = skim_between(run)
    assert [0 < len(place) < 20 for place in places] == [True] * 8
    begins = [whole.index(place[0]) for place in places]
    for begin, place in zip(begins, places, strict=True):
        assert place == whole[begin : begin + len(place)]
    steps = [later - begin for begin, later in pairwise(begins)]
    assert max(steps) < 1.2 * min(steps)
    assert len(whole) - begins[-1] < 1.2 * max(steps)


def test_a_place_within_a_line_that_is_longer_gives_nothing(run, write, monkeypatch):
    monkeypatch.setattr(skimming, "_PLACES", 8)
    monkeypatch.setattr(skimming, "_PLACE_BYTES", 20)
    write(100)
    assert skim_between(run) == [[]] * 8


@pytest.mark.parametrize("block_bytes", [10, 1000, 2**20])
def test_all_tests_and_nothing_else(run, write, monkeypatch, block_bytes):
    monkeypatch.setattr(lines, "_BLOCK_BYTES", block_bytes)
    whole = write(1000)
    found = list(events_of(run, events.EpochTested))
    assert len(found) == 10
    assert found == [event for event in whole if isinstance(event, events.EpochTested)]


def test_a_run_without_events(run):
    assert skim_ends(run, 10) is None
    assert skim_between(run) == list(events_of(run, events.EpochTested)) == []
