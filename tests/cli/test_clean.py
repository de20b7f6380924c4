import json

from workbench.core.checkpoints import list_checkpoints
from workbench.core.checkpoints.managing import folder_bytes
from workbench.core.runs import RunFolder

KEEP_ALL = ("--epochs", "4", "--set", "checkpoint.keep_last=0")


def test_what_is_shown_is_freed(trained_run, workbench, runs_dir):
    trained_run("one", *KEEP_ALL)
    trained_run("two", *KEEP_ALL)
    workbench("runs", "delete", "two")
    before = folder_bytes(runs_dir)
    shown = json.loads(workbench("clean", "--json").stdout)
    assert shown["freed_bytes"] == 0
    assert folder_bytes(runs_dir) == before
    assert [(run["name"], run["state"]) for run in shown["runs"]] == [
        ("one", "completed"),
        ("two", "deleted"),
    ]
    kinds = {part["kind"] for run in shown["runs"] for part in run["garbage"]}
    assert kinds == {"superseded checkpoint", "deleted run"}

    table = workbench("clean").stdout.splitlines()
    assert table[0].split() == ("RUN STATE SINCE EVENTS CHECKPOINTS TRASH CAN BE FREED".split())
    assert table[-1].endswith("can be freed; the same command with --apply frees it.")
    assert "Freed " in workbench("clean", "--apply").stdout
    assert before - folder_bytes(runs_dir) == shown["freeable_bytes"] > 0
    assert 1 <= len(list_checkpoints(RunFolder(runs_dir / "one"))) <= 2
    assert workbench("clean").stdout.endswith("Nothing can be freed.\n")


def test_filters(trained_run, workbench, refused, runs_dir):
    assert workbench("clean").stdout == "There is no run that ended and fits.\n"
    trained_run("one", *KEEP_ALL)
    for none in (("--older-than", 1), ("--keep", 1), ("--state", "failed,stopped")):
        assert workbench("clean", *none).stdout == "There is no run that ended and fits.\n"
    assert "one" in workbench("clean", "--state", "failed, completed").stdout
    assert refused("clean", "--state", "complete") == (
        'There is no state of a run that ended "complete". Did you mean "completed"?'
    )


def test_several_runs_are_deleted_at_once(trained_run, workbench, refused, runs_dir):
    for name in ("one", "two", "three"):
        trained_run(name, "--epochs", "1")
    assert 'no run "four"' in refused("runs", "delete", "one", "four")
    assert (runs_dir / "one").is_dir()
    told = workbench("runs", "delete", "one", "two", "one").stdout.splitlines()
    assert [line.split()[0] for line in told] == ["one", "two"]
    assert [run["name"] for run in json.loads(workbench("runs", "--json").stdout)] == ["three"]
