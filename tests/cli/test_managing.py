import json

from workbench.api import events
from workbench.core.checkpoints import list_checkpoints
from workbench.core.runs import RunFolder, overview, read_events

SLOW = ("--epochs", "1000", "--set", "backend.delay_s=0.005")


def of(run, kind):
    return [event for event in read_events(run) if isinstance(event, kind)]


def test_a_live_run_is_changed(workbench, refused, runs_dir, wait_for):
    workbench("train", "--detach", "--name", "one", *SLOW)
    run = RunFolder(runs_dir / "one")
    wait_for(lambda: overview(run).step > 0)
    assert workbench("change", "one", "--learning-rate", "0.25").stdout == (
        "The learning rate of one is 0.25 from the next batch on.\n"
    )
    assert workbench("change", "one", "--epochs", "500").stdout == "one has 500 epochs now.\n"
    assert of(run, events.LearningRateChanged)[-1].learning_rate == 0.25
    assert overview(run).epochs == 500
    assert "must be above 0" in refused("change", "one", "--learning-rate", "-1")
    assert "are too few" in refused("change", "one", "--epochs", "0")
    assert refused("change", "one") == "Say what to change: --learning-rate or --epochs."


def test_a_completed_run_is_made_longer(trained_run, workbench, runs_dir):
    trained_run("one", "--epochs", "1")
    result = workbench("resume", "one", "--epochs", "2")
    assert result.stdout.startswith("Epoch 1\n") and result.stdout.endswith("Done!\n")
    whole = workbench("train", "--name", "two", "--epochs", "2").stdout
    assert whole.endswith(result.stdout)


def test_a_run_is_not_made_shorter_than_it_is(trained_run, workbench, refused, runs_dir):
    trained_run("one", "--epochs", "2")
    run = RunFolder(runs_dir / "one")
    before = read_events(run)
    for epochs in ("-1", "0", "1", "2"):
        assert refused("resume", "one", "--epochs", epochs) == (
            f"one has 2 epochs behind it, so {epochs} are too few; give --epochs at least 3."
        )
    # Nothing is left that the next worker would read.
    assert read_events(run) == before
    assert "Warning" not in workbench("resume", "one", "--epochs", "3").stderr
    assert overview(run).epochs == 3


def test_epochs_after_the_newest_whole_checkpoint_are_trained_again(
    trained_run, workbench, refused, runs_dir
):
    trained_run("one", "--epochs", "3")
    run = RunFolder(runs_dir / "one")
    newest = list_checkpoints(run)[-1]
    (newest.path / next(iter(newest.manifest.files))).write_bytes(b"damaged")
    assert "has 2 epochs behind it" in refused("resume", "one", "--epochs", "2")
    assert workbench("resume", "one", "--epochs", "3").stdout.startswith("Epoch 2\n")


def test_runs_are_renamed_deleted_and_restored(trained_run, workbench, refused, runs_dir):
    trained_run("one")
    assert workbench("runs", "rename", "one", "better").stdout == "one is better now.\n"
    assert "letters, digits" in refused("runs", "rename", "better", "../up")
    assert workbench("runs", "delete", "better").stdout == (
        "better is in the trash; `workbench runs restore better` brings it back.\n"
    )
    assert json.loads(workbench("runs", "--json").stdout) == []
    assert 'There is no deleted run "bettr"' in refused("runs", "restore", "bettr")
    assert workbench("runs", "restore").stdout == "better is back.\n"
    assert workbench("status", "better").stdout.startswith("better (tiny")
    workbench("runs", "delete", "better")
    assert workbench("runs", "empty-trash").stdout == "Deleted for good: 1 runs.\n"
    assert "no deleted run" in refused("runs", "restore")


def test_a_live_run_is_not_deleted(workbench, refused, runs_dir):
    workbench("train", "--detach", "--name", "one", *SLOW)
    for command in (("delete", "one"), ("rename", "one", "two")):
        assert "stop it first with `workbench stop one`" in refused("runs", *command)
    assert (runs_dir / "one").is_dir()


def test_a_note_is_kept(trained_run, workbench, runs_dir):
    trained_run("one")
    assert workbench("runs", "note", "one", "a good \x1b[1mone").stdout == "Noted for one.\n"
    assert "Note: a good \\x1b[1mone\n" in workbench("attach", "one").stderr
