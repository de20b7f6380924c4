import msgspec

from workbench.api.events import (
    BatchesTrained,
    CheckpointSaved,
    EpochStarted,
    EpochTested,
    LossReported,
    RunPaused,
    SamplesPredicted,
)
from workbench.tui.gathering import Gathering


def batches(step):
    return BatchesTrained(
        epoch=0,
        first_batch=0,
        losses=(1.0,),
        step=step,
        current=step,
        size=9,
        learning_rate=1.0,
        elapsed_s=0.1,
    )


def test_batches_and_their_losses_wait_and_all_else_is_shown_at_once():
    now = 0.0
    gathering = Gathering(clock=lambda: now)
    first, second, third = batches(1), batches(2), batches(3)
    assert gathering.take([first]) == [first]
    now = 0.1
    assert gathering.take([second]) == []
    assert gathering.take([]) == []
    now = 0.3
    assert gathering.take([third]) == [second, third]
    assert gathering.take([]) == []
    loss = LossReported(epoch=0, batch=0, step=4, loss=1.0, current=4, size=9)
    paused = RunPaused(step=4)
    assert gathering.take([loss]) == []
    assert gathering.take([paused]) == [loss, paused]
    now = 0.6
    assert gathering.take([]) == []


def test_what_every_epoch_brings_waits_and_what_was_asked_for_does_not():
    now = 0.0
    gathering = Gathering(clock=lambda: now)
    gathering.take([batches(1)])
    begun = EpochStarted(epoch=1, step=1)
    tested = EpochTested(
        epoch=0, step=1, accuracy=0.5, loss=1.0, correct=1, size=2, elapsed_s=1.0, is_best=True
    )
    drawn = SamplesPredicted(split="test", step=1, samples=(), epoch=0)
    saved = CheckpointSaved(name="step-1", epoch=0, batch=0, step=1, size_bytes=9, reason="epoch")
    epoch = [tested, drawn, saved, begun]
    assert gathering.take(epoch) == []
    asked = msgspec.structs.replace(drawn, epoch=None)
    assert gathering.take([asked]) == [*epoch, asked]
    by_hand = msgspec.structs.replace(saved, reason="command")
    assert gathering.take([by_hand]) == [by_hand]


def test_what_waited_is_shown_when_it_is_time_though_nothing_comes():
    now = 0.0
    gathering = Gathering(clock=lambda: now)
    gathering.take([batches(1)])
    late = batches(2)
    assert gathering.take([late]) == []
    now = 0.3
    assert gathering.take([]) == [late]


def test_the_dearer_drawing_is_the_seldomer_it_is_done():
    gathering = Gathering()
    assert gathering.interval_s == 0.25
    gathering.drawn(5.0)  # the first may lay everything out
    assert gathering.interval_s == 2.0
    for _ in range(4):
        gathering.drawn(0.01)
    assert gathering.interval_s == 0.5
    for _ in range(5):
        gathering.drawn(0.0001)
    assert gathering.interval_s == 0.25


def test_it_is_drawn_seldomer_where_the_training_uses_all_cores():
    gathering = Gathering()
    for _ in range(5):
        gathering.drawn(0.006)
    assert gathering.interval_s == 0.3
    gathering.is_crowded = True
    gathering.drawn(0.006)
    assert gathering.interval_s == 1.5


def test_one_looks_for_events_more_often_while_a_person_is_at_the_keys():
    now = 0.0
    gathering = Gathering(clock=lambda: now)
    for _ in range(5):
        gathering.drawn(0.02)
    assert gathering.pause_s == 0.08
    now = 4.0
    assert gathering.pause_s == 0.25
    gathering.touched()
    assert gathering.pause_s == 0.08
    now = 8.0
    for _ in range(5):
        gathering.drawn(0.001)
    assert gathering.pause_s == 0.08  # what is shown four times a second is looked for as often
