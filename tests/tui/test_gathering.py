from workbench.api.events import BatchesTrained, LossReported
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


def test_batches_wait_and_all_else_is_shown_at_once():
    now = 0.0
    gathering = Gathering(clock=lambda: now)
    first, second, third = batches(1), batches(2), batches(3)
    assert gathering.take([first], is_last=False) == [first]
    now = 0.1
    assert gathering.take([second], is_last=False) == []
    now = 0.3
    assert gathering.take([third], is_last=False) == [second, third]
    loss = LossReported(epoch=0, batch=0, step=4, loss=1.0, current=4, size=9)
    assert gathering.take([loss], is_last=False) == [loss]
    assert gathering.take([first], is_last=False) == []
    assert gathering.take([], is_last=True) == [first]
    assert gathering.take([], is_last=True) == []
