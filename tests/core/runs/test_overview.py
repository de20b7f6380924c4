import os

import pytest
from msgspec.structs import replace

from workbench.api import ModelSummary, events
from workbench.core.runs import (
    EventWriter,
    RunFolder,
    RunLock,
    effective_events,
    overview,
    read_events,
)
from workbench.core.runs.overview import RunOverview, fold_all

SUMMARY = ModelSummary("", (), 0, 0, ())
STARTED = events.RunStarted(pid=1, host="h", workbench="1", python="3", versions={})
BUILT = events.ModelBuilt(device="cpu", steps_per_epoch=10, batch_size=4, epochs=2, summary=SUMMARY)
FINISHED = events.RunFinished(
    end="completed", step=20, last_accuracy=0.5, best_accuracy=0.75, elapsed_s=1.0
)


def trained(step, loss=1.0):
    return events.BatchesTrained(
        epoch=(step - 1) // 10, first_batch=0, losses=(loss,), step=step, current=step % 10 * 4,
        size=40, learning_rate=0.1, elapsed_s=0.1,
    )  # fmt: skip


def after_epoch(epoch, accuracy):
    return events.EpochTested(
        epoch=epoch, step=(epoch + 1) * 10, accuracy=accuracy, loss=0.5, correct=1, size=2,
        elapsed_s=0.1, is_best=True,
    )  # fmt: skip


@pytest.fixture
def run(tmp_path):
    folder = RunFolder(tmp_path / "run")
    folder.path.mkdir()
    folder.plan.write_text("")
    return folder


@pytest.fixture
def write(run):
    def append(*happened):
        writer = EventWriter(run)
        for event in happened:
            writer.write(event)
        writer.close()

    return append


def test_a_run_from_its_start_to_its_end(run, write):
    assert overview(run).state == "starting"
    with RunLock(run):
        write(STARTED, BUILT)
        assert (overview(run).state, overview(run).device, overview(run).epochs) == (
            "running", "cpu", 2,
        )  # fmt: skip
        write(events.EpochStarted(epoch=0, step=0), trained(3), trained(10), after_epoch(0, 0.75))
        write(events.EpochStarted(epoch=1, step=10), trained(15, "nan"))
        seen = overview(run)
        assert (seen.epoch, seen.step, seen.current, seen.size) == (1, 15, 20, 40)
        assert seen.last_loss != seen.last_loss
        assert (seen.last_accuracy, seen.best_accuracy) == (0.75, 0.75)
        write(events.RunPaused(step=15))
        assert overview(run).state == "paused"
        write(
            events.RunResumed(step=15), events.EpochsChanged(step=15, epochs=7), after_epoch(1, 0.5)
        )
        seen = overview(run)
        assert (seen.state, seen.epochs) == ("running", 7)
        assert (seen.last_accuracy, seen.best_accuracy) == (0.5, 0.75)
        write(FINISHED)
        assert overview(run).state == "completed"
    assert overview(run).state == "completed"
    assert overview(run).started == read_events(run)[0].time


def test_a_run_whose_worker_is_gone_was_interrupted(run, write):
    write(STARTED, BUILT, trained(3))
    assert overview(run).state == "interrupted"


def test_a_worker_that_never_came(run):
    assert overview(run).state == "starting"
    os.utime(run.plan, (0, 0))
    assert overview(run).state == "interrupted"


def test_a_failed_run_goes_on(run, write):
    write(STARTED, events.RunFailed(error="It broke.", exit_code=1, traceback=""))
    seen = overview(run)
    assert (seen.state, seen.error) == ("failed", "It broke.")
    with RunLock(run):
        write(STARTED)
        assert (overview(run).state, overview(run).error) == ("running", "")


def test_what_was_trained_twice_counts_once(run, write):
    again = events.RunStarted(
        pid=2, host="h", workbench="1", python="3", versions={}, checkpoint="c", step=10
    )
    write(
        STARTED, events.EpochStarted(epoch=0, step=0), trained(10), after_epoch(0, 0.5),
        events.EpochStarted(epoch=1, step=10), trained(15), trained(20), after_epoch(1, 0.6),
        again, events.EpochStarted(epoch=1, step=10), trained(20), after_epoch(1, 0.6),
    )  # fmt: skip
    kept = effective_events(read_events(run))
    steps = [event.step for event in kept if isinstance(event, events.BatchesTrained)]
    epochs = [event.epoch for event in kept if isinstance(event, events.EpochStarted)]
    tests = [event.epoch for event in kept if isinstance(event, events.EpochTested)]
    assert (steps, epochs, tests) == ([10, 20], [0, 1], [0, 1])


def test_the_last_note_and_the_time_of_an_ended_run(run, write):
    first, last = (events.NoteAdded(step=3, text=text) for text in ("first", "last"))
    write(STARTED, first, last, trained(3), FINISHED)
    assert (overview(run).note, overview(run).elapsed_s) == ("last", 1.0)


def test_pauses_and_the_time_without_a_worker_are_no_work():
    seen = RunOverview("run")
    for at_s, event, worked_s in (
        (10, STARTED, 0),
        (14, trained(3), 4),
        (15, events.RunPaused(step=3), 5),
        (95, events.NoteAdded(step=3, text="still paused"), 5),
        (115, events.RunResumed(step=3), 5),
        (118, trained(5), 8),
        (900, STARTED, 8),  # its worker was gone
        (902, trained(8), 10),
        (903, FINISHED, 1),  # it says so itself
        (2000, STARTED, 1),  # made longer
        (2003, trained(9), 4),
    ):
        seen = fold_all(seen, [replace(event, time=float(at_s))])
        assert seen.worked_s == worked_s
