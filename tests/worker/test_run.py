"""Whole runs, with real worker processes on the tiny backend."""

import json
import os
import re
import signal
import threading

import pytest

from workbench.api import commands, events
from workbench.core.checkpoints import find_checkpoint, list_checkpoints
from workbench.core.runs import (
    append_command,
    effective_events,
    is_alive,
    overview,
    read_events,
    send_command,
)

# It is still at work when a test that was kept waiting asks something of it.
LONG = {"backend": {"delay_s": 0.01}, "epochs": 1000}


def of(run, kind):
    return [event for event in read_events(run) if isinstance(event, kind)]


def weights(run, checkpoint="latest"):
    path = find_checkpoint(run, checkpoint).path / "tiny.json"
    return json.loads(path.read_text())["weights"]


def lines(run):
    return [
        line for event in effective_events(read_events(run)) for line in events.log_lines(event)
    ]


def step(run):
    trained = of(run, events.BatchesTrained)
    return trained[-1].step if trained else 0


def test_a_run_writes_the_lines_and_ends_with_a_checkpoint(whole):
    run = whole()
    text = run.log.read_text()
    assert text.startswith("Epoch 0\n" + "-" * 31 + "\nloss: ")
    assert "  [  496/  512]\n" in text
    assert "Test Error: \n Accuracy: 100.0%, Avg loss: " in text
    assert text.endswith(" \n\nDone!\n")
    assert text.splitlines() == lines(run)

    seen = overview(run)
    assert (seen.state, seen.step, seen.last_accuracy) == ("completed", 64, 1.0)
    checkpoint = find_checkpoint(run)
    assert (checkpoint.manifest.epoch, checkpoint.manifest.batch) == (2, 0)
    assert checkpoint.manifest.metrics.accuracy == seen.last_accuracy


def test_events_are_numbered_without_a_gap_and_hold_each_loss_once(whole):
    run = whole(epochs=1)
    found = read_events(run)
    assert [event.seq for event in found] == list(range(len(found)))
    losses = [loss for event in of(run, events.BatchesTrained) for loss in event.losses]
    assert len(losses) == 32
    reported = [(event.batch, event.loss) for event in of(run, events.LossReported)]
    assert reported == [(batch, losses[batch]) for batch in (0, 10, 20, 30)]


def test_the_number_of_items_of_a_smaller_last_batch_is_counted_as_a_plain_loop_does(start):
    run, worker = start(epochs=1, data={"batch_size": 100}, log_every=5)
    worker.wait(60)
    # (batch + 1) * len(X), and the sixth batch of 512 items by hundreds has twelve.
    assert of(run, events.LossReported)[-1].current == 6 * 12


def test_pause_keeps_the_model_loaded_and_resume_goes_on(start, wait_for):
    run, worker = start(**LONG)
    wait_for(lambda: step(run) > 2)
    send_command(run, commands.Pause())
    wait_for(lambda: of(run, events.RunPaused))
    assert overview(run).state == "paused"

    paused_at = step(run)
    send_command(run, commands.Evaluate())
    send_command(run, commands.Predict(indices=(3, 4)))
    assert wait_for(lambda: of(run, events.Evaluated))[0].size == 64
    asked = wait_for(lambda: [e for e in of(run, events.SamplesPredicted) if e.epoch is None])
    assert [sample.index for sample in asked[0].samples] == [3, 4]
    assert step(run) == paused_at

    send_command(run, commands.SetEpochs(epochs=overview(run).epoch + 2))
    send_command(run, commands.Resume())
    assert worker.wait(60) == 0
    assert overview(run).state == "completed"


def test_pause_after_some_batches_stops_exactly_there(start, wait_for):
    run, _ = start(**LONG)
    wait_for(lambda: of(run, events.ModelBuilt))
    send_command(run, commands.Pause())
    at = wait_for(lambda: of(run, events.RunPaused))[0].step
    send_command(run, commands.Pause(batches=3))
    assert wait_for(lambda: of(run, events.RunPaused)[1:])[0].step == at + 3


def test_stop_saves_where_it_is_and_a_second_worker_ends_with_the_same_weights(
    start, paused, whole
):
    uninterrupted = whole(data={"shuffle": True})
    run, worker = paused(5, data={"shuffle": True})
    send_command(run, commands.Stop())
    assert worker.wait(60) == 0
    assert overview(run).state == "stopped"
    checkpoint = find_checkpoint(run)
    assert checkpoint.manifest.step == step(run) == 5
    assert checkpoint.manifest.reason == "stopped"

    start(run)[1].wait(60)
    assert overview(run).state == "completed"
    assert weights(run) == weights(uninterrupted)
    assert lines(run) == lines(uninterrupted)


@pytest.mark.parametrize("kill_after", [1, 20, 33])
def test_kill_9_of_the_worker_loses_nothing_that_resuming_does_not_bring_back(
    start, paused, whole, kill_after
):
    run, worker = paused(kill_after, checkpoint={"every_batches": 7})
    assert step(run) == kill_after
    worker.kill()
    worker.wait()
    assert overview(run).state == "interrupted"
    assert not is_alive(run)

    start(run)[1].wait(60)
    assert weights(run) == weights(whole())
    assert lines(run) == lines(whole())


def test_terminating_the_worker_stops_it_with_a_checkpoint(start, wait_for):
    run, worker = start(**LONG)
    wait_for(lambda: step(run) > 2)
    worker.terminate()
    assert worker.wait(60) == 0
    assert overview(run).state == "stopped"
    assert find_checkpoint(run).manifest.step == step(run)


def test_a_hang_up_does_not_touch_the_worker(start, wait_for):
    run, worker = start(**LONG)
    wait_for(lambda: step(run) > 2)
    os.kill(worker.pid, signal.SIGHUP)
    at = step(run)
    wait_for(lambda: step(run) > at)
    assert os.getsid(worker.pid) == worker.pid != os.getsid(0)


def test_a_run_has_one_worker_at_a_time(start, wait_for):
    run, worker = start(**LONG)
    wait_for(lambda: step(run) > 0)
    assert start(run)[1].wait(60) == 2
    assert "has a worker already" in run.log.read_text()
    assert worker.poll() is None


def test_commands_of_two_clients_at_once_all_arrive(start, wait_for):
    run, _ = start(**LONG)
    wait_for(lambda: of(run, events.ModelBuilt))
    send_command(run, commands.Pause())

    def write(client):
        for index in range(50):
            send_command(run, commands.AddNote(text=f"{client}-{index}"))

    clients = [threading.Thread(target=write, args=(name,)) for name in "ab"]
    for client in clients:
        client.start()
    for client in clients:
        client.join()
    notes = wait_for(lambda: [n for n in [of(run, events.NoteAdded)] if len(n) == 100])[0]
    for name in "ab":
        sent = [note.text for note in notes if note.text.startswith(name)]
        assert sent == [f"{name}-{index}" for index in range(50)]


def test_steering_is_recorded_and_lasts_over_a_resume(start, paused, wait_for):
    run, worker = paused(2, epochs=3)
    send_command(run, commands.SetLearningRate(learning_rate=0.125))
    send_command(run, commands.SetEpochs(epochs=2))
    send_command(run, commands.SaveCheckpoint(name="before-lunch"))
    send_command(run, commands.SetLearningRate(learning_rate=-1.0))
    send_command(run, commands.SaveCheckpoint(name="../outside"))
    wait_for(lambda: len(of(run, events.CommandReceived)) == 6)
    received = of(run, events.CommandReceived)[1:]
    assert [bool(event.problem) for event in received] == [False, False, False, True, True]
    assert find_checkpoint(run, "before-lunch").manifest.protected
    send_command(run, commands.Pause(batches=8))
    wait_for(lambda: step(run) == 10)
    assert of(run, events.BatchesTrained)[-1].learning_rate == 0.125

    send_command(run, commands.Stop())
    worker.wait(60)
    start(run)[1].wait(60)
    assert of(run, events.BatchesTrained)[-1].learning_rate == 0.125
    assert overview(run).epochs == 2
    assert len(of(run, events.EpochTested)) == 2
    assert len(of(run, events.CommandReceived)) == 8, "no command is obeyed twice"


def test_a_learning_rate_that_no_checkpoint_knows_yet_lasts_over_a_kill(start, wait_for):
    run, worker = start(checkpoint={"every_epochs": 0}, **LONG)
    wait_for(lambda: step(run) > 4)
    send_command(run, commands.Pause())
    send_command(run, commands.SetLearningRate(learning_rate=0.25))
    send_command(run, commands.SaveCheckpoint())
    send_command(run, commands.SetLearningRate(learning_rate=0.125))
    wait_for(lambda: len(of(run, events.CommandReceived)) == 4)
    assert [item.manifest.learning_rate for item in list_checkpoints(run)] == [0.25]
    for _ in range(2):  # the second worker knows of it from the first
        worker.kill()
        worker.wait()
        reached = len(of(run, events.BatchesTrained))
        _, worker = start(run)
        wait_for(lambda: len(of(run, events.BatchesTrained)) > reached)  # noqa: B023
        assert of(run, events.BatchesTrained)[-1].learning_rate == 0.125
    send_command(run, commands.Stop())
    worker.wait(60)


@pytest.mark.parametrize("late", [commands.Stop(), commands.Pause()])
def test_what_came_after_an_end_does_not_hold_up_who_goes_on(start, late):
    run, worker = start(epochs=1)
    worker.wait(60)
    append_command(run, late)  # as by a client that saw the worker in its last moment
    append_command(run, commands.SetEpochs(epochs=2))
    start(run)[1].wait(60)
    assert (overview(run).state, overview(run).step) == ("completed", 64)
    assert "when its worker had ended" in of(run, events.CommandReceived)[0].problem


def test_a_name_that_a_checkpoint_has_is_refused_and_the_checkpoint_stays(start, wait_for):
    run, worker = start(**LONG)
    wait_for(lambda: step(run) > 2)
    send_command(run, commands.SaveCheckpoint(name="good"))
    wait_for(lambda: of(run, events.CommandReceived))
    saved = find_checkpoint(run, "good").manifest.step
    wait_for(lambda: step(run) > saved)
    send_command(run, commands.SaveCheckpoint(name="good"))
    wait_for(lambda: of(run, events.CommandReceived)[1:])
    assert 'has a checkpoint "good" already' in of(run, events.CommandReceived)[1].problem
    assert find_checkpoint(run, "good").manifest.step == saved
    send_command(run, commands.Stop())
    worker.wait(60)


def test_a_stop_at_the_end_of_the_epoch_waits_for_it(paused):
    run, worker = paused(3)
    send_command(run, commands.Stop(at_epoch_end=True))
    worker.wait(60)
    assert (overview(run).state, overview(run).step) == ("stopped", 32)


def test_a_finished_run_can_be_extended_as_if_it_had_been_planned_so(start, whole):
    planned = whole(epochs=3, data={"shuffle": True})
    run, worker = start(epochs=2, data={"shuffle": True})
    worker.wait(60)
    append_command(run, commands.SetEpochs(epochs=3))
    start(run)[1].wait(60)
    assert weights(run) == weights(planned)
    assert [line for line in lines(run) if line != "Done!"] == lines(planned)[:-1]
    assert overview(run).epochs == 3


def test_a_loss_that_is_no_number_ends_the_run_before_the_next_save(start):
    run, worker = start(backend={"nan_at": 40})
    assert worker.wait(60) == 2
    failed = of(run, events.RunFailed)[0]
    assert "The loss became nan at batch 8 of epoch 1" in failed.error
    assert [checkpoint.manifest.step for checkpoint in list_checkpoints(run)] == [32]
    trained = of(run, events.BatchesTrained)[-1]
    assert "nan" in trained.losses


def test_a_crash_of_the_backend_is_told_with_its_traceback(start):
    run, worker = start(backend={"fail_at": 5})
    assert worker.wait(60) == 1
    failed = of(run, events.RunFailed)[0]
    sentence = (
        r"RuntimeError: the tiny backend fails as it was told to \(tiny_plugin\.py, line \d+\)"
    )
    assert re.fullmatch(sentence, failed.error)
    assert "_train_batch" in failed.traceback
    assert overview(run).state == "failed"


def test_a_torn_event_line_is_skipped_and_nothing_after_it_is_lost(start, paused):
    run, worker = paused(13, log_every=1, checkpoint={"every_batches": 5})
    worker.kill()
    worker.wait()
    with run.events.open("ab") as file:
        file.write(b'{"type":"BatchesTrained","epoch":0,"fir')
    start(run)[1].wait(60)
    assert overview(run).state == "completed"
    found = read_events(run)
    assert [event.seq for event in found] == list(range(len(found)))


def test_a_damaged_checkpoint_is_passed_over_when_resuming(start, paused):
    run, worker = paused(13, log_every=1, checkpoint={"every_batches": 5})
    worker.kill()
    worker.wait()
    newest = list_checkpoints(run)[-1]
    (newest.path / "tiny.json").write_text("{}")
    start(run)[1].wait(60)
    resumed = of(run, events.RunStarted)[1]
    assert resumed.checkpoint is not None
    assert resumed.step < newest.manifest.step
    assert overview(run).state == "completed"


def test_other_data_than_those_it_was_trained_on_are_refused_when_resuming(start, paused):
    run, worker = paused(13, log_every=1, checkpoint={"every_batches": 5})
    worker.kill()
    worker.wait()
    told = run.events.read_text()
    assert '"sizes":{"train":512,' in told
    run.events.write_text(told.replace('"sizes":{"train":512,', '"sizes":{"train":5120,'))
    assert start(run)[1].wait(60) == 2
    assert "was trained on 5,120 items" in overview(run).error
    assert "--data-dir" in overview(run).error
    assert list_checkpoints(run)


FOLLOWER = """
import json
from workbench.api import hookimpl

@hookimpl
def workbench_run_event(run, event):
    with (run / "followed.txt").open("a") as file:
        file.write(type(event).__name__ + "\\n")
    raise RuntimeError("a follower that fails")
"""


def test_a_follower_that_fails_is_told_of_everything_and_harms_nothing(start, tmp_path, tiny_plan):
    plugin = tmp_path / "follower.py"
    plugin.write_text(FOLLOWER)
    run, worker = start(epochs=1, plugins=[*tiny_plan().plugins, str(plugin)])
    assert worker.wait(60) == 0
    told = (run.path / "followed.txt").read_text().split()
    *written, warning = read_events(run)
    if not isinstance(written[-1], events.RunFinished):  # it was told of before the end
        (warning,) = of(run, events.WarningRaised)
        written = read_events(run)
    assert told == [type(event).__name__ for event in written]
    assert warning.message == (
        "The plugin follower fails to follow the run: RuntimeError: a follower that fails; "
        "it goes on."
    )
    assert overview(run).state == "completed"
