"""What the runs' workers take of the machine."""

import os
import shutil
import socket
import time
import tracemalloc

import psutil
import pytest

from workbench.api.events import ModelBuilt, NoteAdded, RunStarted
from workbench.api.training import ModelSummary, RankPlace
from workbench.core.devices.workload import WorkloadReader
from workbench.core.runs import EventWriter, RunFolder, RunLock, is_alive


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


@pytest.fixture
def write(tmp_path):
    """Begins a run, whose events are then written, in the runs folder."""
    writers = []

    def begin(name, pid):
        run = RunFolder(tmp_path / "runs" / name)
        run.path.mkdir(parents=True)
        run.plan.write_text("")
        writers.append(EventWriter(run))
        writers[-1].write(
            RunStarted(pid=pid, host=socket.gethostname(), workbench="", python="", versions={})
        )
        return run, writers[-1]

    yield begin
    for writer in writers:
        writer.close()


def test_another_run_that_gets_the_name_of_one_that_ended(write, tmp_path):
    reader = WorkloadReader(tmp_path / "runs")
    run, writer = write("one", os.getpid())
    writer.write(NoteAdded(step=0, text="longer than the next run's events"))
    with RunLock(run):
        assert [worker.pid for worker in reader.read().workers] == [os.getpid()]
    assert reader.read().workers == ()
    shutil.rmtree(run.path)
    run, _ = write("one", os.getppid())
    with RunLock(run):
        assert [worker.pid for worker in reader.read().workers] == [os.getppid()]


def test_a_long_runs_events_are_not_held(write, tmp_path):
    run, writer = write("one", os.getpid())
    for step in range(1000):
        writer.write(NoteAdded(step=step, text="x" * 20_000))
    reader = WorkloadReader(tmp_path / "runs")
    tracemalloc.start()
    try:
        with RunLock(run):
            assert len(reader.read().workers) == 1
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < run.events.stat().st_size / 4


def test_ranks_are_told_with_their_devices_until_a_worker_begins_anew(tmp_path):
    run = RunFolder(tmp_path / "runs" / "wide")
    run.path.mkdir(parents=True)
    run.plan.write_text("")
    started = RunStarted(
        pid=os.getpid(), host=socket.gethostname(), workbench="", python="", versions={}
    )
    ranks = (
        RankPlace(rank=0, host="box", pid=os.getpid(), device="cuda:0"),
        RankPlace(rank=1, host="box", pid=1, device="cuda:1"),
    )
    built = ModelBuilt(
        device="2 x cuda",
        steps_per_epoch=1,
        batch_size=2,
        epochs=1,
        summary=ModelSummary("", (), 0, 0, ()),
        ranks=ranks,
    )
    writer = EventWriter(run)
    writer.write(started)
    writer.write(built)
    reader = WorkloadReader(tmp_path / "runs")
    with RunLock(run):
        workload = reader.read()
        assert workload.workers[0].ranks == ranks
        assert workload.run_of(os.getpid()) == "wide rank 0"
        writer.write(started)
        assert reader.read().workers[0].ranks == ()
        assert reader.read().run_of(os.getpid()) == "wide"
    writer.close()


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
    assert reader.read().core_percents == ()  # of since when?
    workload = reader.read()
    assert len(workload.core_percents) == psutil.cpu_count()
    assert all(0 <= percent <= 100 for percent in workload.core_percents)
    assert workload.workers == ()
    assert workload.disk.folder == str(tmp_path / "none" / "yet")
    assert workload.disk.free_bytes > 0
