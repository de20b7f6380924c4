"""What must not harm a run: kills at any moment, full disks, lost permissions, clocks."""

import json
import random
import resource
import shutil
import subprocess
import sys
import time

import pytest

from workbench.api import commands, events
from workbench.core.checkpoints import find_checkpoint, list_checkpoints, verify
from workbench.core.runs import create_run, overview, read_events, send_command
from workbench.core.runs.rewind import effective_events


def of(run, kind):
    return [event for event in read_events(run) if isinstance(event, kind)]


def step(run):
    trained = of(run, events.BatchesTrained)
    return trained[-1].step if trained else 0


def weights(run):
    return json.loads((find_checkpoint(run).path / "tiny.json").read_text())["weights"]


def lines(run):
    found = effective_events(read_events(run))
    return [line for event in found for line in events.log_lines(event)]


def kill(worker):
    worker.kill()
    worker.wait()


def test_ten_kills_at_random_moments_end_in_the_same_weights_and_lines(start, wait_for, whole):
    plan = {"epochs": 5, "data": {"shuffle": True}, "checkpoint": {"every_batches": 2}}
    draw = random.Random(20)
    run, worker = start(**plan, backend={"delay_s": 0.003})
    for _ in range(10):
        reached = step(run)
        wait_for(lambda: step(run) > reached or worker.poll() is not None)  # noqa: B023
        if worker.poll() is not None:
            break  # the machine was faster than we
        time.sleep(draw.uniform(0, 0.03))  # the moment is the point: nothing is awaited
        kill(worker)
        run, worker = start(run)
    worker.wait(60)
    assert len(of(run, events.RunStarted)) > 1
    assert overview(run).state == "completed"
    assert weights(run) == weights(whole(**plan))
    assert lines(run) == lines(whole(**plan))


def test_a_kill_in_the_middle_of_a_save_leaves_the_earlier_checkpoints(start, paused, wait_for):
    run, worker = paused(13, log_every=1, checkpoint={"every_batches": 5})
    kill(worker)
    plan = run.plan.read_text()
    run.plan.write_text(plan.replace("save_delay_s = 0.0", "save_delay_s = 600.0"))
    worker = start(run)[1]
    wait_for(lambda: list(run.checkpoints.glob(".staging-*/tiny.json")))
    kill(worker)
    before = list_checkpoints(run)
    assert len(before) == 2
    for checkpoint in before:
        verify(checkpoint)
    run.plan.write_text(plan)
    start(run)[1].wait(60)
    assert overview(run).state == "completed"
    assert not list(run.checkpoints.glob(".staging-*"))


def test_kill_9_of_whoever_started_it_does_not_touch_the_run(tmp_path, tiny_plan, wait_for):
    run = create_run(tmp_path / "runs", tiny_plan(backend={"delay_s": 0.01}))
    code = (
        "import sys, time\nfrom pathlib import Path\n"
        "from workbench.core.runs import RunFolder, launch_worker\n"
        "launch_worker(RunFolder(Path(sys.argv[1])), Path(sys.argv[2]))\ntime.sleep(600)"
    )
    starter = subprocess.Popen([sys.executable, "-c", code, str(run.path), str(tmp_path)])
    wait_for(lambda: step(run) > 2)
    kill(starter)
    wait_for(lambda: overview(run).state == "completed")


def test_a_file_size_limit_ends_the_run_without_harm(tmp_path, tiny_plan, start):
    plan = tiny_plan(epochs=10, log_every=1, checkpoint={"every_batches": 9})
    run = create_run(tmp_path / "runs", plan)
    code = [sys.executable, "-m", "workbench.worker", str(run.path), str(tmp_path)]
    limit = 70_000  # above a checkpoint's files, below the events of the whole run

    def limited():
        resource.setrlimit(resource.RLIMIT_FSIZE, (limit, limit))

    with run.log.open("ab") as log:
        worker = subprocess.run(code, stdout=log, stderr=log, preexec_fn=limited, check=False)
    assert worker.returncode != 0
    assert 0 < step(run) < 320
    for checkpoint in list_checkpoints(run):
        verify(checkpoint)
    start(run)[1].wait(60)
    assert overview(run).state == "completed"


@pytest.fixture
def small_disk(tmp_path):
    """A disk of 64 MiB of its own."""
    disk = tmp_path / "disk"
    disk.mkdir()
    mounted = shutil.which("mount") and (
        subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=64m", "tmpfs", str(disk)],
            capture_output=True,
            check=False,
        ).returncode
        == 0
    )
    if not mounted:
        pytest.skip("mounting a small disk needs root")
    yield disk
    subprocess.run(["umount", "-l", str(disk)], check=True)


def fill(disk, left):
    free = shutil.disk_usage(disk).free
    (disk / "filler").write_bytes(b"\0" * (free - left))


def test_a_disk_that_fills_up_stops_the_saves_and_then_the_run_with_a_sentence(
    small_disk, tiny_plan, start, wait_for
):
    plan = tiny_plan(epochs=200, backend={"delay_s": 0.001})
    run, worker = start(create_run(small_disk / "runs", plan))
    wait_for(lambda: list_checkpoints(run))
    fill(small_disk, 100_000)
    wait_for(lambda: of(run, events.CheckpointFailed) or worker.poll() is not None)
    assert "MiB are needed; free some space" in of(run, events.CheckpointFailed)[0].error
    assert worker.wait(60) == 2
    seen = overview(run)
    assert seen.state == "failed"
    assert "is full; free some space, then go on with `workbench resume" in seen.error
    verify(find_checkpoint(run))

    (small_disk / "filler").unlink()
    _, worker = start(run)
    send_at_start = wait_for(lambda: of(run, events.RunStarted)[1:])
    assert send_at_start[0].checkpoint is not None
    wait_for(lambda: overview(run).state == "running")
    send_command(run, commands.Stop())
    assert worker.wait(60) == 0


def test_a_disk_that_is_nearly_full_refuses_a_start(small_disk, tiny_plan, start):
    fill(small_disk, 5_000_000)
    run, worker = start(create_run(small_disk / "runs", tiny_plan()))
    assert worker.wait(60) == 2
    assert "MiB are needed; free some space" in overview(run).error


def test_a_disk_without_room_for_the_reserve_is_told_too(small_disk, tiny_plan, start):
    run = create_run(small_disk / "runs", tiny_plan())
    fill(small_disk, 0)
    (small_disk / "filler").open("r+b").truncate((small_disk / "filler").stat().st_size - 40_000)
    run, worker = start(run)
    assert worker.wait(60) == 2
    assert "MiB are needed; free some space" in overview(run).error


def test_a_folder_that_became_read_only_is_told_and_keeps_the_last_good_one(paused):
    run, worker = paused(13, log_every=1, checkpoint={"every_batches": 5})
    # Root may write everywhere, so the folder is taken away instead.
    run.checkpoints.rename(run.path / "moved")
    run.checkpoints.write_text("")
    send_command(run, commands.Resume())
    assert worker.wait(60) == 0
    assert of(run, events.CheckpointFailed)
    run.checkpoints.unlink()
    (run.path / "moved").rename(run.checkpoints)
    verify(find_checkpoint(run))


def test_a_clock_that_jumps_back_changes_no_measured_time_and_no_order(tmp_path, tiny_plan):
    run = create_run(tmp_path / "runs", tiny_plan())
    code = (
        "import sys, time, itertools\nfrom pathlib import Path\n"
        "ticks = itertools.count()\n"
        "time.time = lambda: 2e9 - 3600.0 * next(ticks)\n"
        "from workbench.core.runs import RunFolder\nfrom workbench.worker.run import work\n"
        "sys.exit(work(RunFolder(Path(sys.argv[1])), Path(sys.argv[2])))"
    )
    done = subprocess.run(
        [sys.executable, "-c", code, str(run.path), str(tmp_path)], capture_output=True, check=False
    )
    assert done.returncode == 0
    found = read_events(run)
    assert [event.seq for event in found] == list(range(len(found)))
    assert 0 < of(run, events.RunFinished)[0].elapsed_s < 60
    assert find_checkpoint(run).manifest.step == 64
