import json

import pytest

from workbench.core.runs import list_runs, overview


@pytest.fixture
def run(trained_run, workbench, runs_dir):
    trained_run("one", "--epochs", 1)
    return "one"


def test_the_tensors_of_a_checkpoint(workbench, run):
    lines = workbench("tensors", run).stdout.splitlines()
    assert lines[0].split()[:4] == ["TENSOR", "KIND", "SHAPE", "DTYPE"]
    assert [line.split()[0] for line in lines[1:]] == [
        "stored", "inputs", "labels", "logits", "loss", "weight", "weight.grad",
    ]  # fmt: skip
    shown = workbench("tensors", f"{run}@latest", "weight.grad", "--count", 4).stdout
    assert shown.startswith("weight.grad\n") and "4×64" in shown
    assert "How the loss grows with each value; steps go against it." in shown
    found = json.loads(workbench("tensors", run, "stored", "--index", 3, "--json").stdout)
    assert (found["shape"], found["dtype"]) == ([1, 8, 8], "uint8")


def test_what_there_is_not(refused, run):
    assert 'There is no tensor "lost". Did you mean "loss"?' in refused("tensors", run, "lost")
    assert "has items 0 to 511; there is no 512" in refused("tensors", run, "--index", 512)
    assert 'There is no split "exam"' in refused("tensors", run, "--split", "exam")


def test_of_a_live_run_the_worker_answers(workbench, runs_dir, wait_for):
    workbench("train", "--detach", "--name", "two", "--epochs", 50, "--set", "backend.delay_s=0.02")
    (two,) = list_runs(runs_dir)
    wait_for(lambda: overview(two).step > 0)
    workbench("pause", "two")
    wait_for(lambda: overview(two).state == "paused")
    found = json.loads(workbench("tensors", "two", "--json").stdout)
    assert (found["type"], found["step"]) == ("TensorsRead", overview(two).step)
    assert not list((two.path / "checkpoints").glob("*"))
    workbench("stop", "two")
