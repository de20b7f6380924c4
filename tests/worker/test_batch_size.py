"""Finding a batch size: doubled as long as it fits and trains faster."""

import pytest

from workbench.api.errors import UserError
from workbench.core.plan import plan_document
from workbench.core.tasks import BatchSizeTask
from workbench.worker import batch_size
from workbench.worker.batch_size import find_batch_size


class TimedTrainer:
    """A trainer whose batches take what a clock of its own says; 512 items."""

    device = "fake"

    def __init__(self, plan, batch_s, fits, memory=lambda size: None):
        self.size = plan.data.batch_size
        self.batch_s, self.memory = batch_s, memory
        self.steps_per_epoch = -(-512 // self.size)
        if not fits(self.size):
            raise MemoryError

    def start_epoch(self, epoch):
        pass

    def train(self, batches, rates):
        CLOCK[0] += len(batches) * self.batch_s(self.size)
        return [0.0] * len(batches)

    def peak_device_bytes(self):
        return self.memory(self.size)


CLOCK = [0.0]


@pytest.fixture
def find(monkeypatch, tmp_path, tiny_plan):
    def found(batch_s, fits=lambda size: True, memory=lambda size: None):
        monkeypatch.setattr(batch_size.time, "perf_counter", lambda: CLOCK[0])
        monkeypatch.setattr(
            batch_size,
            "create_trainer",
            lambda plan, *_: TimedTrainer(plan, batch_s, fits, memory),
        )
        return find_batch_size(BatchSizeTask(plan_document(tiny_plan()), str(tmp_path)))

    return found


def test_the_smallest_of_the_fast_ones_is_chosen(find):
    # A batch takes the same time up to 64 items, and from there on in proportion.
    found = find(lambda size: max(size, 64) / 1000)
    assert [trial.batch_size for trial in found.trials] == [8, 16, 32, 64, 128, 256]
    assert found.chosen == 64
    assert found.trials[3].items_per_s == pytest.approx(1000)
    assert found.reason == "larger ones train no faster"
    assert found.device == "fake"


def test_it_ends_with_the_first_that_does_not_fit(find):
    found = find(lambda size: 0.1, fits=lambda size: size <= 32)
    assert found.chosen == 32
    assert [trial.fits for trial in found.trials] == [True, True, True, False]
    assert found.reason == "64 needs more memory than there is"


def test_it_ends_with_the_split(find):
    found = find(lambda size: 0.1)
    assert found.chosen == 512
    assert found.reason == "that is the training split"


def test_a_gpu_may_hold_more_than_the_host_could(find):
    found = find(lambda size: 0.1, memory=lambda size: size * 2**50)
    assert found.chosen == 512
    assert found.trials[0].memory_bytes == 2**53


def test_nothing_is_tried_that_the_host_could_not_hold(find, monkeypatch):
    held = iter(range(0, 2**60, 2**50))
    monkeypatch.setattr(batch_size, "peak_bytes", lambda: next(held))
    found = find(lambda size: 0.1, memory=lambda size: 1)
    assert [trial.batch_size for trial in found.trials] == [8, 16]
    assert found.reason == "32 might need more memory than there is"


def test_a_model_that_does_not_fit_at_all(find):
    with pytest.raises(UserError, match="Not even a batch of 8 fits"):
        find(lambda size: 0.1, fits=lambda size: False)


def test_another_error_is_no_shortage(find):
    def fail(size):
        raise RuntimeError("broken")

    with pytest.raises(RuntimeError, match="broken"):
        find(fail)
