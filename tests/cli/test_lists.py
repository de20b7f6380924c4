import json
import os
import signal

from workbench.api import events
from workbench.core.runs import RunFolder, overview, read_events


def test_no_runs_yet(workbench, runs_dir):
    sentence = f"There are no runs in {runs_dir} yet; `workbench train` starts one.\n"
    assert workbench("runs").stdout == workbench("status").stdout == sentence
    assert json.loads(workbench("runs", "--json").stdout) == []


def test_runs_lists_the_newest_first(workbench, runs_dir):
    workbench("train", "--name", "good")
    workbench("train", "--name", "bad", "--set", "backend.fail_at=1", code=1)
    head, bad, good = workbench("runs").stdout.splitlines()
    assert head.split() == [
        "RUN", "STATE", "PLAN", "EPOCH", "ACCURACY", "BEST", "STARTED", "CHECKPOINT",
    ]  # fmt: skip
    assert good.startswith("good  completed  tiny · linear · plain · tiny  2/2    100.0%    100.0%")
    assert good.endswith("step-00000064")
    assert bad.startswith("bad   failed     tiny · linear · plain · tiny  0/2")

    found = json.loads(workbench("runs", "--json").stdout)
    assert [item["name"] for item in found] == ["bad", "good"]
    assert found[0]["error"].startswith("RuntimeError: the tiny backend fails as it was told to")
    assert (found[1]["state"], found[1]["best_accuracy"], found[1]["step"]) == ("completed", 1, 64)
    assert found[1]["is_sample"] is False


def test_status_speaks_in_sentences(trained_run, workbench, runs_dir):
    trained_run("one")
    assert workbench("status", "one").stdout == (
        "one (tiny · linear · plain · tiny) is completed with 2 epochs, on cpu.\n"
        "Its last test accuracy is 100.0%, its best 100.0%.\n"
        "Its latest checkpoint is step-00000064.\n"
    )
    workbench("train", "--name", "two", "--set", "backend.fail_at=1", code=1)
    where, how, then = workbench("status").stdout.splitlines()
    assert how.startswith("It failed: RuntimeError: the tiny backend fails as it was told to (tiny")
    assert (where, then) == (
        "two (tiny · linear · plain · tiny) is failed in epoch 1 of 2, after 16 of 512 items of "
        "it, at a loss of 1.405253, on cpu.",
        "`workbench resume two` lets it go on.",
    )


def test_status_without_a_run_tells_of_all_that_are_live(workbench, runs_dir, wait_for):
    slow = ("--epochs", "1000", "--set", "backend.delay_s=0.01")
    workbench("train", "--detach", "--name", "live", *slow)
    run = RunFolder(runs_dir / "live")
    wait_for(lambda: overview(run).step > 0)
    workbench("train", "--name", "done")
    workbench("train", "--name", "newest")
    told = [line.split()[0] for line in workbench("status").stdout.splitlines() if "(" in line]
    assert told == ["newest", "live"]
    (started,) = [event for event in read_events(run) if isinstance(event, events.RunStarted)]
    os.kill(started.pid, signal.SIGKILL)
    wait_for(lambda: overview(run).state == "interrupted")
    assert "live (tiny · linear · plain · tiny) is interrupted in epoch " in (
        workbench("status", "live").stdout
    )


def test_watching_says_each_change_and_ends_with_the_run(workbench, terminal, runs_dir, wait_for):
    slow = ("--epochs", "1000", "--set", "backend.delay_s=0.01")
    workbench("train", "--detach", "--name", "one", *slow)
    process = terminal("status", "one", "--watch")
    assert process.stdout.readline().startswith("one (tiny · linear · plain · tiny) is ")
    workbench("stop", "one")
    stdout = process.communicate(timeout=60)[0]
    assert " is stopped in epoch " in stdout.splitlines()[-1]
    assert process.returncode == 0


def test_watching_needs_lines(refused, runs_dir):
    assert refused("status", "--watch", "--json") == "--watch and --json don't go together."


def test_checkpoints(trained_run, workbench, runs_dir):
    trained_run("one")
    head, first, second = workbench("checkpoints", "one").stdout.splitlines()
    assert head.split()[:6] == ["CHECKPOINT", "EPOCH", "BATCH", "STEP", "ACCURACY", "LOSS"]
    assert first.split()[:6] == ["step-00000032", "1", "0", "32", "100.0%", "0.029570"]
    assert second.startswith("step-00000064  2 ")
    found = json.loads(workbench("checkpoints", "one", "--json").stdout)
    assert [item["step"] for item in found] == [32, 64]
    assert found[0]["size_bytes"] > 0


def test_a_run_without_checkpoints(workbench, runs_dir):
    workbench("train", "--name", "one", "--set", "backend.fail_at=1", code=1)
    assert workbench("checkpoints", "one").stdout == "one has no checkpoint yet.\n"


def test_the_runs_folder_is_the_one_that_is_given(workbench, runs_dir):
    workbench("train", "--name", "one", "--runs-dir", "other")
    assert not runs_dir.exists()
    assert workbench("status", "one", "--runs-dir", "other").stdout.startswith("one (tiny")
    assert workbench("status", "other/one").stdout.startswith("one (tiny")
