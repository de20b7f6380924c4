"""What a report tells of a run, against all of its events."""

import tracemalloc

import pytest

from workbench.api import events
from workbench.core.report import gather, render
from workbench.core.runs import EventWriter, RunFolder, effective_events, read_events


@pytest.fixture
def run(tmp_path):
    """A run's folder with nothing but a plan."""
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    folder.plan.write_text("")
    return folder


def write(run, *told):
    writer = EventWriter(run)
    for event in told:
        writer.write(event)
    writer.close()


def begun(step):
    return events.RunStarted(pid=1, host="box", workbench="0", python="3", versions={}, step=step)


def batches(step, losses=(0.5, 1.5), rate=0.1):
    """Those that end with a step of the run."""
    return events.BatchesTrained(
        epoch=0, first_batch=step - len(losses), losses=losses, step=step, current=step,
        size=1000, learning_rate=rate, elapsed_s=0.25,
    )  # fmt: skip


def test_what_was_trained_twice_counts_once(run):
    write(
        run,
        *(begun(0), batches(2), batches(4), batches(6, (9.0, "nan"), 0.2)),
        *(begun(4), batches(6, (3.0, "inf"), 0.3), batches(7, (2.0,), 0.3)),
    )
    found = gather(run)
    kept = [
        event
        for event in effective_events(read_events(run))
        if isinstance(event, events.BatchesTrained)
    ]
    assert [step for step, _ in found.train_loss] == [1, 2, 3, 4, 5, 6, 7]
    assert [loss for _, loss in found.train_loss] == [
        float(loss) for event in kept for loss in event.losses
    ]
    assert list(found.learning_rate) == [(event.step, event.learning_rate) for event in kept]
    assert found.elapsed_s == 1.0


def test_a_long_run_takes_a_few_bytes_a_batch(run):
    count, each = 20_000, 10
    losses = tuple(float(loss) for loss in range(each))
    write(run, begun(0), *(batches(each * (index + 1), losses) for index in range(count)))
    tracemalloc.start()
    try:
        assert "200,000" in render(gather(run))
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 60 * count * each
