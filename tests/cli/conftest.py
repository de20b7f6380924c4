import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from click.testing import CliRunner

from workbench.api.events import RunStarted
from workbench.cli.main import cli
from workbench.core.config import remember_plugins, trust_folder
from workbench.core.runs import is_alive, list_runs, read_events

TINY_PLUGIN = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"
CONFIG = f"""
runs_dir = "runs"
data_dir = "data"
default_preset = "tiny"
plugins = ["{TINY_PLUGIN}"]

[presets.tiny]
epochs = 2
log_every = 10
dataset.name = "tiny"
model.name = "linear"
optimizer.name = "plain"
backend.name = "tiny"
data.batch_size = 16
"""


@pytest.fixture(autouse=True)
def configured():
    """A trusted working directory where `workbench train` trains the tiny plan."""
    Path("workbench.toml").write_text(CONFIG)
    trust_folder(Path.cwd())


@pytest.fixture
def workbench():
    """Runs the command line and checks its exit code."""

    def run(*arguments, code=0):
        result = CliRunner().invoke(cli, [str(item) for item in arguments])
        assert result.exit_code == code, result.output
        return result

    return run


@pytest.fixture
def refused(workbench):
    """The one sentence with which a command refuses."""

    def run(*arguments, code=2):
        result = workbench(*arguments, code=code)
        (line,) = [line for line in result.stderr.splitlines() if line.startswith("Error: ")]
        assert "Traceback" not in result.output
        return line.removeprefix("Error: ")

    return run


@pytest.fixture
def runs_dir():
    """The folder of the runs; kills the workers that a test leaves."""
    folder = Path("runs").absolute()
    yield folder
    for run in list_runs(folder):
        while is_alive(run):
            started = [event for event in read_events(run) if isinstance(event, RunStarted)]
            with contextlib.suppress(IndexError, ProcessLookupError):
                os.killpg(started[-1].pid, signal.SIGKILL)
            time.sleep(0.01)


@pytest.fixture(scope="session")
def kept_runs(tmp_path_factory):
    """Copies of the runs that ``trained_run`` trained, by its arguments."""
    return tmp_path_factory.mktemp("kept-runs"), {}


@pytest.fixture
def trained_run(workbench, runs_dir, kept_runs):
    """Has a completed run of this name; the same one is trained once for all tests."""
    folder, kept = kept_runs

    def have(name, *arguments):
        key = (name, *map(str, arguments))
        if key in kept:
            shutil.copytree(kept[key], runs_dir / name)
            remember_plugins([str(TINY_PLUGIN)])  # as if it had been trained here
        else:
            workbench("train", "--name", name, *arguments)
            kept[key] = shutil.copytree(runs_dir / name, folder / str(len(kept)))

    return have


@pytest.fixture
def terminal():
    """Starts the command in a process of its own, as a shell does; kills what is left of it."""
    processes = []

    def start(*arguments):
        processes.append(
            subprocess.Popen(
                [sys.executable, "-m", "workbench", *map(str, arguments)],
                stdout=subprocess.PIPE,
                stderr=subprocess.PIPE,
                text=True,
            )
        )
        return processes[-1]

    yield start
    for process in processes:
        if process.poll() is None:
            process.kill()
        process.communicate()
