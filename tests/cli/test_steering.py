import re
import signal
import threading
import time

import psutil
import pytest

from workbench.api.commands import Stop
from workbench.core.checkpoints import list_checkpoints
from workbench.core.runs import RunFolder, is_alive, overview, read_events, send_command

SLOW = ("--epochs", "1000", "--set", "backend.delay_s=0.005", "--set", "checkpoint.every_epochs=0")


@pytest.fixture
def live(workbench, runs_dir, wait_for):
    """A live run named one, that has begun to train."""
    workbench("train", "--detach", "--name", "one", *SLOW)
    run = RunFolder(runs_dir / "one")
    wait_for(lambda: overview(run).step > 0)
    return run


def mend(plan):
    """The tiny backend fails no more."""
    plan.write_text(re.sub("fail_at = .*", "fail_at = -1", plan.read_text()))


def test_pause_and_resume_wait_until_it_is_so(workbench, live):
    assert workbench("pause", "one").stdout.startswith("one is paused after ")
    paused = overview(live)
    assert paused.state == "paused"
    assert workbench("pause", "one").stdout == "one is paused already.\n"
    assert overview(live).step == paused.step
    assert workbench("resume", "one").stdout == f"one goes on after {paused.step:,} batches.\n"
    assert overview(live).state == "running"
    assert workbench("resume", "one").stdout.startswith("one has a worker already; ")


def test_stop_waits_until_the_worker_is_gone_and_resume_goes_on(workbench, live):
    sentence = workbench("stop", "one").stdout
    assert not is_alive(live)
    stopped = overview(live)
    assert stopped.state == "stopped"
    assert sentence == (
        f"one is stopped after {stopped.step:,} batches; "
        f"its latest checkpoint is {stopped.checkpoint}.\n"
    )
    assert workbench("stop", "one").stdout == "one has no worker; it is stopped.\n"

    assert workbench("resume", "one", "--detach").stdout == "one\n"
    workbench("stop", "one", "--at-epoch-end")
    ended = overview(live)
    assert ended.step > stopped.step
    assert ended.step % ended.steps_per_epoch == 0


def test_resume_follows_and_prints_only_what_is_new(workbench, runs_dir):
    workbench("train", "--name", "one", "--set", "backend.fail_at=40", code=1)
    mend(runs_dir / "one" / "run.toml")
    result = workbench("resume", "one")
    assert "Going on from step-00000032: epoch 1, batch 0." in result.stderr
    assert result.stdout.startswith("Epoch 1\n")
    assert result.stdout.endswith("Done!\n")


def test_a_completed_run_is_not_resumed(trained_run, workbench, refused, runs_dir):
    trained_run("one")
    sentence = refused("resume", "one")
    assert sentence.startswith("one is completed; --epochs makes it longer, and `workbench train")
    assert str(runs_dir / "one" / "run.toml") in sentence


def test_checkpoint_now(workbench, refused, live):
    workbench("pause", "one")
    saved = workbench("checkpoint", "one").stdout
    (checkpoint,) = list_checkpoints(live)
    assert saved.startswith(f"Checkpoint one@{checkpoint.name} saved (")
    assert workbench("checkpoint", "one").stdout == (
        f"This step is saved already: one@{checkpoint.name}.\n"
    )
    assert "Checkpoint one@keep saved (" in workbench("checkpoint", "one", "--name", "keep").stdout
    assert '"a/b" is no name for a checkpoint' in refused("checkpoint", "one", "--name", "a/b")


@pytest.mark.parametrize("command", ["pause", "checkpoint"])
def test_a_run_without_a_worker_can_not_be_steered(
    trained_run, workbench, refused, runs_dir, command
):
    trained_run("one")
    assert refused(command, "one") == (
        "The run one has no worker at the moment; start one with `workbench resume one`."
    )


def test_an_unknown_run(trained_run, workbench, refused, runs_dir):
    for command in ("attach", "pause", "resume", "stop", "checkpoint", "checkpoints", "status"):
        assert "has no runs yet" in refused(command, "one")
    trained_run("quiet-otter")
    assert refused("stop", "quiet-oter") == (
        'There is no run "quiet-oter". Did you mean "quiet-otter"?'
    )


def test_attach_repeats_the_log_of_a_run_that_has_ended(workbench, runs_dir):
    lines = workbench("train", "--name", "one").stdout
    result = workbench("attach", "one")
    assert result.stdout == lines
    assert "Run one completed after 64 batches" in result.stderr


def test_attach_shows_what_was_trained_twice_once(workbench, runs_dir):
    whole = workbench("train", "--name", "whole").stdout
    workbench("train", "--name", "one", "--set", "backend.fail_at=50", code=1)
    mend(runs_dir / "one" / "run.toml")
    workbench("resume", "one")
    assert workbench("attach", "one").stdout == whole


def test_attach_tells_how_a_run_failed(workbench, refused, runs_dir):
    workbench("train", "--name", "one", "--set", "backend.fail_at=1", code=1)
    sentence = "RuntimeError: the tiny backend fails as it was told to (tiny_plugin.py"
    assert refused("attach", "one", code=1).startswith(sentence)


def test_attach_follows_to_the_end(workbench, live):
    threading.Timer(0.2, send_command, (live, Stop())).start()
    result = workbench("attach", "one")
    assert "Run one stopped after" in result.stderr
    assert overview(live).state == "stopped"


def test_ctrl_c_detaches_and_the_run_goes_on(terminal, live, wait_for):
    process = terminal("attach", "one")
    assert process.stdout.readline() == "Epoch 0\n"
    process.send_signal(signal.SIGINT)
    stderr = process.communicate(timeout=60)[1]
    assert process.returncode == 0
    assert stderr.endswith("Detached; one goes on.\n")
    step = overview(live).step
    wait_for(lambda: overview(live).step > step)


def test_pause_after_some_batches_goes_exactly_so_far(workbench, live):
    workbench("pause", "one")
    paused_at = overview(live).step
    workbench("pause", "one", "--after", "3")
    assert overview(live).step == paused_at + 3


@pytest.mark.parametrize("rate", ["nan", "inf"])
def test_a_learning_rate_that_is_no_number_is_refused_at_once(refused, live, rate):
    told = refused("change", "one", "--learning-rate", rate)
    assert told == f"A learning rate must be a finite number above 0, but is {rate}."


def test_a_worker_that_hangs_is_told_and_can_be_ended(
    workbench, refused, live, monkeypatch, wait_for
):
    worker = psutil.Process(read_events(live)[0].pid)
    worker.suspend()
    wait_for(lambda: worker.status() == psutil.STATUS_STOPPED)
    last = overview(live).updated
    monkeypatch.setattr(time, "time", lambda: last + 5)
    assert "so its worker may hang" not in workbench("status", "one").stdout
    monkeypatch.setattr(time, "time", lambda: last + 75)
    told = workbench("status", "one").stdout
    assert "There was no news of it for 1:15" in told
    assert "`workbench stop --kill one` ends it." in told
    assert workbench("stop", "--kill", "one").stdout == (
        "one was ended; `workbench resume one` lets it go on.\n"
    )
    assert not is_alive(live)
    assert overview(live).state == "interrupted"
    assert workbench("stop", "--kill", "one").stdout == "one has no worker; it is interrupted.\n"
