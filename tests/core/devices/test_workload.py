"""What the runs' workers take of the machine."""

import os
import time

import psutil

from workbench.core.devices.workload import WorkloadReader
from workbench.core.runs import is_alive


def test_a_live_run_with_its_worker(start, wait_for, tmp_path):
    run, worker = start(backend={"name": "tiny", "delay_s": 0.05}, epochs=50)
    reader = WorkloadReader(tmp_path / "runs")
    wait_for(lambda: reader.read().workers)
    (found,) = reader.read().workers
    assert (found.run, found.pid) == (run.name, worker.pid)
    assert worker.pid in found.pids
    assert found.cpu_percent is not None and found.cpu_percent >= 0
    assert found.memory_bytes > 2**20
    workload = reader.read()
    assert workload.run_of(worker.pid) == run.name
    assert workload.run_of(os.getpid()) is None
    worker.kill()
    worker.wait()
    wait_for(lambda: not is_alive(run))
    assert reader.read().workers == ()


def test_the_processor_that_a_worker_takes_is_measured(start, wait_for, tmp_path):
    start(epochs=5000)
    reader = WorkloadReader(tmp_path / "runs")
    wait_for(lambda: reader.read().workers)

    def percent():
        time.sleep(0.05)  # the clock of a process goes in hundredths of a second
        workers = reader.read().workers
        return workers and workers[0].cpu_percent

    assert wait_for(percent) > 0


def test_cores_and_the_disk_of_the_runs_folder(tmp_path):
    reader = WorkloadReader(tmp_path / "none" / "yet")
    assert reader.read().core_percents == (0.0,) * psutil.cpu_count()
    workload = reader.read()
    assert len(workload.core_percents) == psutil.cpu_count()
    assert all(0 <= percent <= 100 for percent in workload.core_percents)
    assert workload.workers == ()
    assert workload.disk.folder == str(tmp_path / "none" / "yet")
    assert workload.disk.free_bytes > 0
