"""The batch process of a Slurm job, without a cluster."""

import os
import signal
import subprocess
import sys

import pytest

from workbench.api.events import BatchesTrained, RunStarted
from workbench.core.runs import create_run, events_of


@pytest.fixture
def job(tmp_path, tiny_plan):
    """A run on the way, and the process of the job that trains it."""
    run = create_run(tmp_path / "runs", tiny_plan(epochs=1000, backend={"delay_s": 0.01}))
    command = [sys.executable, "-m", "workbench.worker.job", str(run.path), str(tmp_path / "data")]
    with run.log.open("wb") as log:
        process = subprocess.Popen(command, env={**os.environ, "SLURM_JOB_ID": "7"}, stdout=log)
    yield run, process
    process.terminate()
    process.wait(60)


def test_a_job_whose_worker_was_killed_has_not_succeeded(job, wait_for):
    run, process = job
    wait_for(lambda: list(events_of(run, BatchesTrained)))
    (started,) = events_of(run, RunStarted)
    os.kill(started.pid, signal.SIGKILL)
    assert process.wait(60) == 128 + signal.SIGKILL


def test_a_job_that_is_preempted_ends_with_a_checkpoint(job, wait_for):
    run, process = job
    wait_for(lambda: list(events_of(run, BatchesTrained)))
    process.terminate()
    assert process.wait(60) == 0
    assert any(run.checkpoints.iterdir())
