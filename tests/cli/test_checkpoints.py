"""The checkpoint manager on the command line."""

import json

import pytest


@pytest.fixture
def trained(trained_run, workbench, runs_dir):
    """A run `one` with checkpoints of steps 32 (the best), 64 and 96."""
    trained_run("one", "--epochs", "3")
    return runs_dir / "one"


def listed(workbench, *more):
    return [item["name"] for item in json.loads(workbench("checkpoints", *more, "--json").stdout)]


ALL = ["step-00000032", "step-00000064", "step-00000096"]


def test_a_runs_name_alone_lists_its_checkpoints(workbench, trained):
    assert listed(workbench, "one") == listed(workbench, "list", "one") == ALL
    by_loss = listed(workbench, "list", "one", "--sort", "loss")
    assert by_loss == ALL, "the loss falls with each epoch, so the highest is the first"
    assert "step-00000096" in workbench("checkpoints", "one").stdout


def test_protecting_renaming_and_letting_go(workbench, refused, trained):
    assert workbench("checkpoints", "rename", "one@step-00000064", "mine").stdout == (
        "one@step-00000064 is one@mine now.\n"
    )
    assert workbench("checkpoints", "protect", "one@mine").stdout == "one@mine is protected.\n"
    assert refused("checkpoints", "delete", "one@mine") == (
        "one@mine is not deleted: it is protected."
    )
    assert workbench("checkpoints", "protect", "--off", "one@mine").stdout == (
        "one@mine is not protected any more.\n"
    )
    workbench("checkpoints", "delete", "one@mine")
    assert listed(workbench, "one") == ["step-00000032", "step-00000096"]
    assert listed(workbench, "list", "one", "--deleted") == ["mine"]
    assert workbench("checkpoints", "restore", "one").stdout == "one@mine is back.\n"


def test_a_deletion_says_what_it_frees_and_is_all_or_nothing(workbench, refused, trained):
    said = workbench("checkpoints", "delete", "one@step-00000064", "--dry-run").stdout
    assert said.startswith("Would be deleted: one@step-00000064; it frees ")
    assert "the best of its run" in refused(
        "checkpoints", "delete", "one@step-00000064", "one@best"
    )
    assert listed(workbench, "one") == ALL
    workbench("checkpoints", "delete", "one@step-00000064", "one@latest")
    assert listed(workbench, "one") == ["step-00000032"]
    assert workbench("checkpoints", "empty-trash", "one").stdout.startswith("Freed: ")
    assert "no deleted checkpoint" in refused("checkpoints", "restore", "one")


def test_a_damaged_file_is_found(workbench, refused, trained):
    assert workbench("checkpoints", "verify", "one").stdout.count("is whole.") == 3
    (trained / "checkpoints" / ALL[1] / "tiny.json").write_text("{}")
    (trained / "checkpoints" / ALL[2] / "tiny.json").unlink()
    result = workbench("checkpoints", "verify", "one", code=2)
    assert result.stdout == f"one@{ALL[0]} is whole.\n"
    assert "is damaged (its SHA-256 differs)" in result.stderr
    assert "is missing" in result.stderr
    assert "is missing" in refused("evaluate", "one@latest")


def test_a_checkpoint_shows_its_place_its_files_and_its_weights(workbench, trained):
    shown = workbench("checkpoints", "show", "one@best", "--weights").stdout
    assert "one@step-00000032, saved " in shown
    assert "epoch 1, batch 0 of 3 epochs; 32 batches so far" in shown
    assert "accuracy 100.0%" in shown
    assert "tiny.json" in shown
    assert "LinearModel(64, 4)" in shown
    document = json.loads(workbench("checkpoints", "show", "one", "--weights", "--json").stdout)
    assert sum(document["summary"]["tensors"][0]["histogram"]) == 256
    assert document["manifest"]["step"] == 96


def test_a_new_run_begins_with_a_checkpoint_and_tells_its_lineage(workbench, refused, trained):
    workbench("train", "--from", "one@best", "--name", "two", "--epochs", "1")
    workbench("train", "--from", "two", "--name", "three", "--set", "optimizer.lr=0.125")
    shown = workbench("checkpoints", "show", "three").stdout
    assert "comes from      three@step-00000032 < two@step-00000032 < one@step-00000032" in shown
    assert "optimizer.lr" in workbench("checkpoints", "compare", "one@best", "three").stdout
    assert "no checkpoint" in refused("train", "--from", "one@nothing")


def test_comparing_shows_only_what_differs(trained_run, workbench, trained):
    trained_run("two", "--epochs", "3", "--seed", "7")
    shown = workbench("checkpoints", "compare", "one", "two").stdout
    assert shown.splitlines()[0].split() == [
        "CHECKPOINT", "STEP", "ACCURACY", "LOSS", "SIZE", "seed",
    ]  # fmt: skip


def test_a_reference_without_a_checkpoint_is_asked_for(refused, trained):
    assert refused("checkpoints", "delete", "one") == (
        '"one" names no checkpoint; write one@latest, for example.'
    )
