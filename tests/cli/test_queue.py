import json

from workbench.api import commands
from workbench.core.files import read_toml
from workbench.core.queue import is_dispatching, queued_runs
from workbench.core.runs import RunFolder, overview, send_command

SLOW = ("--epochs", "1000", "--set", "backend.delay_s=0.01")


def waiting(runs_dir):
    return [run.name for run in queued_runs(runs_dir)]


def test_added_runs_are_listed_moved_cancelled_and_trained(workbench, runs_dir, wait_for):
    first = workbench("queue", "add", "--name", "first", *SLOW)
    assert first.stdout == "first\n"
    wait_for(lambda: overview(RunFolder(runs_dir / "first")).state == "running")
    workbench("queue", "add", "--name", "second", "--seed", "7")
    workbench("train", "--queue", "--name", "third", "--epochs", "1")
    workbench("queue", "add", "--name", "fourth", "--epochs", "1")
    assert waiting(runs_dir) == ["second", "third", "fourth"]
    assert read_toml(runs_dir / "second" / "run.toml")["seed"] == 7

    moved = workbench("queue", "move", "fourth", 1).stdout.splitlines()
    assert [line.split() for line in moved[1:]] == [
        ["first", "running", *TITLE],
        ["1", "fourth", "queued", *TITLE],
        ["2", "second", "queued", *TITLE],
        ["3", "third", "queued", *TITLE],
    ]
    assert workbench("queue", "cancel", "second").stdout == "second is out of the queue.\n"
    listed = json.loads(workbench("queue", "--json").stdout)
    assert listed == json.loads(workbench("queue", "list", "--json").stdout)
    assert (listed["dispatching"], listed["jobs"]) == (True, 1)
    found = [(item["position"], item["name"], item["state"]) for item in listed["runs"]]
    assert found == [(None, "first", "running"), (1, "fourth", "queued"), (2, "third", "queued")]

    send_command(RunFolder(runs_dir / "first"), commands.Stop())
    wait_for(lambda: not is_dispatching(runs_dir))
    states = {name: overview(RunFolder(runs_dir / name)).state for name in ("third", "fourth")}
    assert states == {"third": "completed", "fourth": "completed"}
    assert not (runs_dir / "second").exists()
    assert workbench("queue").stdout == "Nothing waits; `workbench queue add` adds a run.\n"


TITLE = "tiny · linear · plain · tiny".split()


def test_several_plan_files_are_all_checked_before_one_is_added(
    workbench, refused, runs_dir, tmp_path, wait_for
):
    good, bad = tmp_path / "good.toml", tmp_path / "bad.toml"
    workbench("train", "--name", "model", "--epochs", "1")
    good.write_text((runs_dir / "model" / "run.toml").read_text())
    bad.write_text(good.read_text().replace('"linear"', '"linaer"'))
    assert refused("queue", "add", good, bad) == (
        'There is no model for tiny "linaer". Did you mean "linear"?'
    )
    assert "give it with one plan file" in refused("queue", "add", good, good, "--name", "one")
    assert [path.name for path in runs_dir.iterdir()] == ["model"]

    names = workbench("queue", "add", good, good, "--epochs", "2").stdout.split()
    wait_for(lambda: not is_dispatching(runs_dir))
    seen = [overview(RunFolder(runs_dir / name)) for name in names]
    assert [(item.state, item.epochs) for item in seen] == [("completed", 2)] * 2


def test_start_says_how_many_at_once_and_changes_it(workbench, runs_dir, wait_for, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    workbench("queue", "add", "--name", "first", *SLOW)
    wait_for(lambda: overview(RunFolder(runs_dir / "first")).state == "running")
    workbench("queue", "add", "--name", "second", *SLOW)
    assert "at work already: one run at a time." in workbench("queue", "start").stdout
    assert "already: 2 runs at once." in workbench("queue", "start", "--jobs", 2).stdout
    wait_for(lambda: overview(RunFolder(runs_dir / "second")).state == "running")
    for name in ("first", "second"):
        send_command(RunFolder(runs_dir / name), commands.Stop())
    wait_for(lambda: not is_dispatching(runs_dir))
    assert "is started: one run at a time." in workbench("queue", "start").stdout
    assert "--jobs" in refused_usage(workbench)


def refused_usage(workbench):
    return workbench("queue", "start", "--jobs", 0, code=2).stderr


def test_a_queued_run_is_shown_as_such_everywhere(workbench, refused, runs_dir, tiny_plan):
    from workbench.core.queue import enqueue
    from workbench.core.runs import create_run

    enqueue(create_run(runs_dir, tiny_plan(), "one"))
    assert "No dispatcher is at work" in workbench("queue").stderr
    assert json.loads(workbench("runs", "--json").stdout)[0]["state"] == "queued"
    assert workbench("status", "one").stdout == "one (tiny · linear · plain · tiny) is queued.\n"
    assert workbench("stop", "one").stdout == "one has no worker; it is queued.\n"
    assert "has no worker at the moment" in refused("checkpoint", "one")
    assert 'no run "two"' in refused("queue", "cancel", "two")
    assert "Positions in the queue begin with 1" in refused("queue", "move", "one", 0)
    workbench("resume", "one")  # a person may start it out of turn
    assert waiting(runs_dir) == []
    assert overview(RunFolder(runs_dir / "one")).state == "completed"
