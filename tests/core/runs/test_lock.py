"""The lock that says whether a worker lives."""

import os
import signal
import subprocess
import sys

import pytest

from workbench.api.errors import UserError
from workbench.core.runs import RunFolder, RunLock, is_alive

HOLDER = """
import os, sys, time
from pathlib import Path
from workbench.core.runs import RunFolder, RunLock
with RunLock(RunFolder(Path(sys.argv[1]))):
    if os.fork() == 0:
        print(os.getpid(), flush=True)  # the child says it itself: its copy is closed by now
    time.sleep(600)
"""


@pytest.fixture
def run(tmp_path):
    return RunFolder(tmp_path)


def test_a_run_without_a_worker_is_not_alive(run):
    assert not is_alive(run)
    with RunLock(run):
        assert is_alive(run)
    assert not is_alive(run)


def test_a_second_worker_is_refused_with_a_sentence(run):
    with RunLock(run), pytest.raises(UserError, match="has a worker already"), RunLock(run):
        pass


def test_what_a_worker_forked_does_not_keep_a_killed_one_alive(run):
    holder = subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(run.path)], stdout=subprocess.PIPE, text=True
    )
    forked = int(holder.stdout.readline())
    try:
        assert is_alive(run)
        holder.kill()
        holder.wait()
        os.kill(forked, 0)  # it is still there
        assert not is_alive(run)
        with RunLock(run):
            pass
    finally:
        os.kill(forked, signal.SIGKILL)
        holder.stdout.close()
