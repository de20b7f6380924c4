import json
import tomllib

import pytest


def test_a_backend_without_a_plain_loop_is_said_to_have_none(workbench):
    result = workbench("bench", "--batches", "4", "--rounds", "1")
    assert "ms a batch on cpu" in result.stdout
    assert "The backend tiny has no plain loop to compare with." in result.stdout


def test_more_batches_than_an_epoch_has_are_an_epoch(workbench):
    found = json.loads(workbench("bench", "--batches", "999", "--rounds", "2", "--json").stdout)
    assert (found["batches"], found["steps_per_epoch"]) == (32, 32)
    assert len(found["ours_s"]) == 2
    assert found["plain"] == []
    assert found["checkpoint_bytes"] > 0


def test_a_dry_run_says_what_a_run_takes_and_makes_none(workbench, runs_dir):
    result = workbench("train", "--dry-run", "--epochs", "3", "--set", "checkpoint.keep_last=1")
    told = dict(line.split(maxsplit=1) for line in result.stdout.splitlines())
    assert "on cpu for 16 items" in told["batch"]
    assert "for 32 batches" in told["epoch"]
    assert "for at most 3 checkpoints" in result.stdout
    assert "for 3 epochs" in told["whole"]
    assert not runs_dir.exists()


@pytest.mark.pytorch
def test_pytorch_is_compared_with_its_plain_loop(workbench):
    pytest.importorskip("torch")
    result = workbench(
        "bench", "--preset", "quickstart-pytorch", "--batches", "2", "--rounds", "1",
        "--device", "cpu",
    )  # fmt: skip
    first, *rows = result.stdout.splitlines()
    assert first.startswith("workbench / plain loop: ")
    parts = [line.split()[0] for line in rows[-5:]]
    assert parts == ["data", "forward", "backward", "optimizer", "report"]


def test_batch_sizes_are_tried(workbench):
    found = json.loads(workbench("bench", "--find-batch-size", "--json").stdout)
    assert found["trials"][0]["batch_size"] == 8
    table = workbench("bench", "--find-batch-size").stdout.splitlines()
    assert table[0].split() == ["BATCH", "SIZE", "ITEMS", "A", "SECOND", "MEMORY"]
    assert " on cpu: " in table[-1]


def test_a_run_records_the_size_that_was_found_as_a_number(workbench, runs_dir):
    workbench("train", "--find-batch-size", "--epochs", "1", "--name", "sized")
    plan = tomllib.loads((runs_dir / "sized" / "run.toml").read_text())
    assert plan["data"]["batch_size"] in (8, 16, 32, 64, 128, 256, 512)
