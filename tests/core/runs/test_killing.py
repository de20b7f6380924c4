import os
import socket
import subprocess
import sys

import pytest

from workbench.api import UserError
from workbench.api.events import RunStarted
from workbench.core.runs import EventWriter, RunFolder, RunLock, is_alive
from workbench.core.runs.killing import kill_worker

HOLD = (
    "import sys; from pathlib import Path; from workbench.core.runs import RunFolder, RunLock\n"
    "with RunLock(RunFolder(Path(sys.argv[1]))): print('held', flush=True); sys.stdin.read()"
)


@pytest.fixture
def worker():
    """Starts a process that holds a run's lock, with the arguments of a worker."""
    started = []

    def start(run, module="workbench.worker"):
        command = [sys.executable, "-c", HOLD, str(run.path), module]
        process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        started.append(process)
        assert process.stdout.readline() == b"held\n"
        return process

    yield start
    for process in started:
        process.kill()
        process.communicate()


def begun(run, pid):
    writer = EventWriter(run)
    host = socket.gethostname()
    writer.write(RunStarted(pid=pid, host=host, workbench="0", python="3", versions={}))
    writer.close()


def test_the_worker_is_ended(run, worker):
    process = worker(run)
    begun(run, process.pid)
    kill_worker(run)
    assert not is_alive(run)


def test_a_rank_that_outlives_its_worker_is_ended(run, worker):
    lead = subprocess.Popen([sys.executable, "-c", ""])
    begun(run, lead.pid)
    lead.wait()
    worker(run, "workbench.worker.rank")
    kill_worker(run)
    assert not is_alive(run)


def test_another_runs_worker_that_has_the_number_by_now_is_left(run, worker, tmp_path):
    other = RunFolder(tmp_path / "other")
    other.path.mkdir()
    process = worker(other)
    begun(run, process.pid)
    # Such as a resumed worker of this run that has yet to say its own number.
    with RunLock(run), pytest.raises(UserError, match="has no worker on this machine"):
        kill_worker(run)
    assert process.poll() is None


def test_a_run_without_a_worker_has_none_to_end(run):
    begun(run, os.getpid())
    with pytest.raises(UserError, match="has no worker on this machine"):
        kill_worker(run)
