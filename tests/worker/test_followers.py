"""Followers of whole runs: in order, resumed, failing, hanging, and ended from outside."""

import json
import os
import signal
import time

import pytest

from workbench.api import events
from workbench.core.checkpoints import find_checkpoint
from workbench.core.runs import overview, read_events

PLUGIN = """
import os, sys, threading
from dataclasses import dataclass
from workbench.api import FollowerSpec, hookimpl, option

@dataclass(frozen=True)
class Options:
    word: str = option("seen", help="What stands before each line.")

class Notes:
    def __init__(self, run, options):
        print("noise of a library")
        self.word, self.file = options.word, (run.files / "notes.txt").open("a")
        self.file.write(f"{options.word} from {run.step} of {run.name}: {run.plan['epochs']}\\n")
    def follow(self, event):
        self.file.write(f"{self.word} {type(event).__name__} {event.seq}\\n")
        self.file.flush()
    def close(self):
        self.file.write("closed\\n")
        self.file.close()

class Failing(Notes):
    def follow(self, event):
        raise RuntimeError("the tracker is down")

class Hanging:
    def __init__(self, run, options):
        (run.files / "pid").write_text(str(os.getpid()))
    def close(self):
        pass
    def follow(self, event):
        threading.Event().wait()

class Unclosed:
    def __init__(self, run, options):
        pass
    def follow(self, event):
        pass

class Exiting(Notes):
    def follow(self, event):
        os._exit(3)

def unmade(run, options):
    import a_library_that_is_not_there

@hookimpl
def workbench_followers():
    return [
        FollowerSpec(name=name, title=name, description=name, create=create, options=Options,
                     requires=requires, install="pip install it")
        for name, create, requires in (
            ("notes", Notes, ()), ("failing", Failing, ()), ("hanging", Hanging, ()),
            ("exiting", Exiting, ()), ("unmade", unmade, ()), ("lacking", Notes, ("not_there",)),
            ("unclosed", Unclosed, ()),
        )
    ]
"""


@pytest.fixture
def followed(start, tmp_path, tiny_plan):
    """Starts a run that these followers follow."""
    plugin = tmp_path / "follower.py"
    plugin.write_text(PLUGIN)

    def launch(run=None, /, **changes):
        if run is not None:
            return start(run)
        return start(plugins=[*tiny_plan().plugins, str(plugin)], **changes)

    return launch


def warnings(run):
    return [item.message for item in read_events(run) if isinstance(item, events.WarningRaised)]


def notes(run):
    path = run.path / "followers" / "notes.txt"
    return path.read_text().splitlines() if path.exists() else []


def test_each_event_in_order_and_the_end(followed):
    run, worker = followed(followers={"notes": {"word": "told"}}, epochs=1)
    assert worker.wait(60) == 0
    first, *lines, last = notes(run)
    assert (first, last) == (f"told from 0 of {run.name}: 1", "closed")
    assert lines == [f"told {type(item).__name__} {item.seq}" for item in read_events(run)]
    assert "noise of a library" in run.log.read_text()
    assert warnings(run) == []


def test_one_that_is_off_is_not_made(followed):
    run, worker = followed(followers={"notes": {"on": False}}, epochs=1)
    assert worker.wait(60) == 0
    assert not (run.path / "followers").exists()


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        (
            "failing",
            "failed: RuntimeError: the tracker is down (follower.py, line 24); the run goes",
        ),
        ("unmade", "The follower unmade follows nothing: The module a_library_that_is_not_there"),
        ("lacking", "follows nothing: The follower lacking needs not_there, which is not inst"),
        ("unclosed", "follows nothing: create() gave Unclosed, which has no close(); give it that"),
        ("exiting", "The process of the followers ended (status 3); nobody follows this run any"),
    ],
)
def test_one_that_fails_is_told_of_once_and_the_run_goes_on(followed, name, sentence):
    run, worker = followed(followers={name: {}}, epochs=1)
    assert worker.wait(60) == 0
    (warning,) = warnings(run)
    assert sentence in warning
    seen = overview(run)
    assert (seen.state, seen.step) == ("completed", 32)


def test_a_wrong_option_of_a_resumed_plan_is_a_warning(followed):
    run, worker = followed(followers={"notes": {"wrod": "told"}}, epochs=1)
    assert worker.wait(60) == 0
    assert 'There is no option "followers.notes.wrod". Did you mean "word"?' in warnings(run)[0]
    assert overview(run).state == "completed"


def test_one_that_hangs_keeps_neither_the_run_nor_another_waiting(followed):
    run, worker = followed(followers={"hanging": {}, "notes": {}}, epochs=1)
    assert worker.wait(60) == 0
    finished = next(item for item in read_events(run) if isinstance(item, events.RunFinished))
    assert f"seen RunFinished {finished.seq}" in notes(run)
    (warning,) = warnings(run)
    assert warning == "The follower hanging is still busy; it has 60 s after the end of the run."
    # It is told after the end, which waits for nobody.
    last = read_events(run)[-1]
    assert isinstance(last, events.WarningRaised) and last.time - finished.time > 5
    os.killpg(int((run.path / "followers" / "pid").read_text()), signal.SIGKILL)


def test_a_resumed_run_is_followed_from_where_it_goes_on(followed, wait_for):
    run, worker = followed(
        followers={"notes": {}},
        epochs=2,
        backend={"delay_s": 0.02},
        checkpoint={"every_batches": 10},
    )
    wait_for(lambda: overview(run).checkpoint is not None)
    os.killpg(worker.pid, signal.SIGKILL)
    worker.wait()
    earlier = read_events(run)
    wait_for(lambda: notes(run)[-1:] == ["closed"])
    assert notes(run)[-2] == f"seen {type(earlier[-1]).__name__} {earlier[-1].seq}"
    step = find_checkpoint(run).manifest.step
    assert followed(run)[1].wait(60) == 0
    lines = notes(run)
    again = lines.index(f"seen from {step} of {run.name}: 2")
    assert lines[again + 1 : -1] == [
        f"seen {type(item).__name__} {item.seq}" for item in read_events(run)[len(earlier) :]
    ]


def test_a_hook_that_hangs_is_not_waited_for(start, tmp_path, tiny_plan):
    plugin = tmp_path / "hook.py"
    plugin.write_text(
        "import threading\nfrom workbench.api import hookimpl\n\n@hookimpl\n"
        "def workbench_run_event(run, event):\n    threading.Event().wait()\n"
    )
    began = time.monotonic()
    run, worker = start(epochs=1, plugins=[*tiny_plan().plugins, str(plugin)])
    assert worker.wait(60) == 0
    assert overview(run).state == "completed"
    assert time.monotonic() - began < 55
    assert json.loads(run.events.read_text().splitlines()[-1])["type"] == "RunFinished"
