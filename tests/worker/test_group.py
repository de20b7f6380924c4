"""What the worker of a run with several ranks makes of how they end, with a launcher of our own."""

import sys
from pathlib import Path

import pytest

from workbench.api import UserError, events
from workbench.core.plan import check_plan, compose
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, is_alive, launch_worker, read_events

TINY = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"
PLUGIN = f"""
import importlib.util
import sys
from dataclasses import replace
from pathlib import Path

from workbench.api import LaunchCommand, LauncherSpec, hookimpl

spec = importlib.util.spec_from_file_location("tiny_of_several", {str(TINY)!r})
tiny = importlib.util.module_from_spec(spec)
sys.modules[spec.name] = tiny
spec.loader.exec_module(tiny)


def command(launch):
    script = Path(__file__).with_name("launcher.py")
    return LaunchCommand(
        arguments=(sys.executable, str(script), str(launch.run), str(launch.processes)),
    )


@hookimpl
def workbench_backends():
    (tiny_backend,) = tiny.workbench_backends()
    return [replace(tiny_backend, name="several", launcher="scripted")]


@hookimpl
def workbench_models():
    return [replace(item, backend="several") for item in tiny.workbench_models()]


@hookimpl
def workbench_optimizers():
    return [replace(item, backend="several") for item in tiny.workbench_optimizers()]


@hookimpl
def workbench_launchers():
    return [LauncherSpec(name="scripted", title="S", description="A script.", command=command)]
"""
FAILURE = """
import json, pathlib, sys
ranks = pathlib.Path(sys.argv[1]) / "ranks"
(ranks / "prepared-0").touch()
for rank, time, error, code in {failures!r}:
    failure = dict(rank=rank, attempt=0, time=time, error=error, exit_code=code, traceback="T")
    (ranks / f"rank-{{rank}}.json").write_text(json.dumps(failure))
sys.exit(1)
"""


@pytest.fixture
def launch(tmp_path):
    plugin = tmp_path / "several.py"
    plugin.write_text(PLUGIN)
    registry = load_plugins([TINY, plugin])

    def make(script, **changes):
        (tmp_path / "launcher.py").write_text(script)
        document = {
            "dataset": {"name": "tiny"},
            "backend": {"name": "several"},
            "devices": 2,
            "device": "cpu",
            "restarts": 0,
            "plugins": [str(TINY), str(plugin)],
        }
        document = compose(compose({}, document, registry), changes, registry)
        run = create_run(tmp_path / "runs", check_plan(document, registry))
        worker = launch_worker(run, tmp_path / "data")
        worker.wait(60)
        return run, worker.returncode

    return make


def failed(run):
    assert not is_alive(run)
    (event,) = [event for event in read_events(run) if isinstance(event, events.RunFailed)]
    return event


def test_a_lost_rank_for_which_no_restart_is_left_is_said_in_a_sentence(launch):
    # Of what the ranks say the first counts: the others only miss it.
    run, code = launch(
        FAILURE.format(failures=[(0, 2.0, "the other is gone", 1), (1, 1.0, "No more.", 1)])
    )
    assert code == 1
    assert failed(run).error == (
        f"A process of the run was lost (No more); `workbench resume {run.name}` goes on from "
        "the latest checkpoint."
    )
    assert failed(run).traceback == "T"


def test_what_a_person_can_mend_in_another_rank_is_said_as_it_is(launch):
    run, code = launch(FAILURE.format(failures=[(1, 1.0, "There is not enough memory.", 2)]))
    assert (code, failed(run).exit_code) == (2, 2)
    assert failed(run).error == "There is not enough memory."


def test_a_launcher_that_starts_nothing_is_named(launch):
    run, code = launch("raise SystemExit(3)")
    assert code == 1
    assert failed(run).error.startswith(
        "scripted could not start the run's processes (exit code 3)"
    )


def test_the_lock_is_held_as_long_as_any_rank_lives(launch, wait_for):
    # What the launcher leaves behind has the lock as its standard input.
    run, _ = launch(
        "import subprocess, sys\n"
        f"subprocess.Popen([{sys.executable!r}, '-c', 'import pathlib, time, sys\\n"
        'while not pathlib.Path(sys.argv[1], "free").exists(): time.sleep(0.01)\', sys.argv[1]])'
    )
    assert is_alive(run)
    (run.path / "free").touch()
    wait_for(lambda: not is_alive(run))


def test_a_batch_that_cant_be_divided_is_refused(launch):
    with pytest.raises(UserError, match=r"15 items can't be divided among 2 devices.*such as 14"):
        launch("", data={"batch_size": 15})


def test_a_backend_of_one_device_is_refused(registry, tiny_plan):
    with pytest.raises(UserError, match="The backend tiny trains on one device"):
        tiny_plan(devices=2)
