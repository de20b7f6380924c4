"""Runs that end early, with a real worker on the tiny backend."""

from workbench.api import commands, events
from workbench.core.runs import append_command, overview, read_events, send_command

STILL = {"patience": 2, "optimizer": {"lr": 1e-12}}


def told(run, kind):
    return [event for event in read_events(run) if isinstance(event, kind)]


def test_a_run_ends_early_when_nothing_gets_better(start):
    run, worker = start(epochs=50, patience=2)
    worker.wait(60)
    best = [event.epoch for event in told(run, events.EpochTested) if event.is_best]
    reached = told(run, events.PlateauReached)[0]
    assert reached.epochs == 2
    assert len(told(run, events.EpochTested)) == best[-1] + 3
    assert overview(run).state == "completed"


def test_a_run_stopped_where_it_would_have_ended_early_trains_no_further(start, paused):
    run, worker = paused(80, epochs=50, **STILL)
    send_command(run, commands.Stop(at_epoch_end=True))
    worker.wait(60)
    assert (overview(run).state, told(run, events.PlateauReached)) == ("stopped", [])
    start(run)[1].wait(60)
    assert overview(run).state == "completed"
    assert len(told(run, events.EpochTested)) == 3 and len(told(run, events.PlateauReached)) == 1


def test_a_run_that_ended_early_and_is_extended_has_its_patience_again(start):
    run, worker = start(epochs=4, **STILL)
    worker.wait(60)
    assert len(told(run, events.EpochTested)) == 3
    append_command(run, commands.SetEpochs(epochs=9))
    start(run)[1].wait(60)
    assert [event.step for event in told(run, events.PlateauReached)] == [3 * 32, 5 * 32]
