"""The queue, with real dispatchers and workers on the tiny backend."""

import contextlib
import itertools
import os
import signal
import subprocess
import sys

import psutil
import pytest

from workbench.api import commands, events
from workbench.api.errors import UserError
from workbench.core import queue
from workbench.core.runs import (
    RunFolder,
    create_run,
    is_alive,
    launch_worker,
    list_runs,
    overview,
    read_events,
    send_command,
)

SLOW = {"backend": {"delay_s": 0.02}, "epochs": 100}


@pytest.fixture
def runs_dir(tmp_path):
    """The folder of the runs; kills what a test leaves at work in it."""
    folder = tmp_path / "runs"
    folder.mkdir()
    yield folder
    for process in psutil.process_iter(["cmdline"]):
        if str(folder) in " ".join(process.info["cmdline"] or ()) and process.pid != os.getpid():
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()


@pytest.fixture
def add(runs_dir, tiny_plan):
    """Queues a run on a tiny plan of one epoch."""

    def enqueue(name, **changes):
        run = create_run(runs_dir, tiny_plan(**{"epochs": 1, **changes}), name)
        queue.enqueue(run)
        return run

    return enqueue


@pytest.fixture
def dispatch(runs_dir, tmp_path):
    """Starts a dispatcher as a child, which a test can kill and wait for."""
    processes = []

    def start(**environment):
        queue.queue_folder(runs_dir).path.mkdir(exist_ok=True)
        command = [sys.executable, "-m", "workbench.worker.queue", runs_dir, tmp_path / "data"]
        processes.append(subprocess.Popen(command, env={**os.environ, **environment}))
        return processes[-1]

    yield start
    for process in processes:
        process.kill()
        process.wait()


def set_jobs(runs_dir, jobs):
    folder = queue.queue_folder(runs_dir)
    folder.path.mkdir(exist_ok=True)
    folder.jobs.write_text(str(jobs))


def started(run):
    return [event for event in read_events(run) if isinstance(event, events.RunStarted)]


def closed(run):
    kinds = (events.RunFinished, events.RunFailed)
    return [event for event in read_events(run) if isinstance(event, kinds)]


def states(runs):
    return [overview(run).state for run in runs]


def test_runs_go_one_after_another_in_their_order(runs_dir, tmp_path, add, wait_for):
    runs = [add(name) for name in ("one", "two", "three")]
    assert states(runs) == ["queued"] * 3
    assert queue.queued_runs(runs_dir) == runs
    assert queue.start_dispatcher(runs_dir, tmp_path / "data")
    wait_for(lambda: not queue.is_dispatching(runs_dir))

    assert states(runs) == ["completed"] * 3
    for earlier, later in itertools.pairwise(runs):
        assert closed(earlier)[0].time <= started(later)[0].time


def test_a_failing_run_in_the_middle_does_not_keep_the_next(add, dispatch):
    runs = [add("one"), add("two", backend={"fail_at": 3}), add("three")]
    assert dispatch().wait(60) == 0
    assert states(runs) == ["completed", "failed", "completed"]


def test_a_worker_that_dies_or_never_starts_does_not_keep_the_next(add, dispatch, wait_for):
    runs = [add("one", **SLOW), add("two"), add("three")]
    runs[1].lock.mkdir()  # so that its worker ends before it takes the run
    dispatcher = dispatch()
    wait_for(lambda: started(runs[0]))
    os.kill(started(runs[0])[0].pid, signal.SIGKILL)
    assert dispatcher.wait(60) == 0
    runs[1].lock.rmdir()
    assert not runs[1].queued.exists()
    assert states((runs[0], runs[2])) == ["interrupted", "completed"]


def test_a_moved_run_is_started_at_its_new_place(runs_dir, add, dispatch):
    one, two, three = add("one"), add("two"), add("three")
    assert queue.move(runs_dir, three, 1) == [three, one, two]
    assert queue.move(runs_dir, one, 99) == [three, two, one]
    assert dispatch().wait(60) == 0
    times = [started(run)[0].time for run in (three, two, one)]
    assert times == sorted(times)


def test_a_cancelled_run_is_never_started_and_can_be_restored(runs_dir, add, dispatch):
    from workbench.core.runs.managing import restore_run

    add("one")
    two = add("two")
    queue.cancel(two)
    assert dispatch().wait(60) == 0
    assert [run.name for run in list_runs(runs_dir)] == ["one"]
    restored = restore_run(runs_dir, "two")
    assert restored == two
    assert not started(restored)
    assert queue.queued_runs(runs_dir) == []


def test_only_a_run_that_waits_is_moved_or_cancelled(runs_dir, add, start):
    waiting = add("one")
    run, worker = start()
    worker.wait(60)
    with pytest.raises(UserError, match="does not wait in the queue"):
        queue.cancel(run)
    with pytest.raises(UserError, match="does not wait in the queue"):
        queue.move(runs_dir, run, 1)
    with pytest.raises(UserError, match="begin with 1"):
        queue.move(runs_dir, waiting, 0)
    with pytest.raises(UserError, match="waits in the queue already"):
        queue.enqueue(waiting)


def test_a_live_run_is_not_queued(start, wait_for):
    run, _ = start(**SLOW)
    wait_for(lambda: is_alive(run))
    with pytest.raises(UserError, match="has a worker already"):
        queue.enqueue(run)


def test_an_interrupted_run_waits_and_then_goes_on_from_its_checkpoint(start, wait_for, dispatch):
    run, worker = start(backend={"delay_s": 0.005}, checkpoint={"every_batches": 4})
    wait_for(lambda: overview(run).checkpoint)
    worker.kill()
    worker.wait()
    queue.enqueue(run)
    assert overview(run).state == "queued"
    assert dispatch().wait(60) == 0
    assert overview(run).state == "completed"
    assert started(run)[1].step > 0


def test_killing_the_dispatcher_starts_nothing_twice(runs_dir, add, dispatch, wait_for):
    runs = [add("one", **SLOW), add("two"), add("three")]
    first = dispatch()
    wait_for(lambda: overview(runs[0]).step > 0)
    first.kill()
    first.wait()
    assert is_alive(runs[0])
    assert states(runs) == ["running", "queued", "queued"]

    second = dispatch()
    wait_for(lambda: queue.is_dispatching(runs_dir))
    send_command(runs[0], commands.Stop())
    assert second.wait(60) == 0
    assert states(runs) == ["stopped", "completed", "completed"]
    assert [len(started(run)) for run in runs] == [1, 1, 1]
    # Its run was still at work when the second dispatcher came, and had to end first.
    assert closed(runs[0])[0].time <= started(runs[1])[0].time


def test_dispatchers_killed_at_any_moment_start_nothing_twice(add, dispatch, wait_for):
    runs = [add(f"run-{index}") for index in range(4)]
    for index in range(3):
        process = dispatch()
        wait_for(lambda index=index: runs[index].log.exists())
        process.kill()
        process.wait()
    assert dispatch().wait(60) == 0
    assert states(runs) == ["completed"] * 4
    assert [len(started(run)) for run in runs] == [1] * 4


def test_two_dispatchers_at_once_are_one(runs_dir, add, dispatch):
    runs = [add(f"run-{index}") for index in range(3)]
    assert [process.wait(60) for process in (dispatch(), dispatch(), dispatch())] == [0, 0, 0]
    assert states(runs) == ["completed"] * 3
    assert [len(started(run)) for run in runs] == [1, 1, 1]


def test_a_run_queued_while_the_dispatcher_works_is_done_too(runs_dir, tmp_path, add, wait_for):
    one = add("one", **SLOW)
    assert queue.start_dispatcher(runs_dir, tmp_path / "data")
    wait_for(lambda: started(one))
    two = add("two")
    assert not queue.start_dispatcher(runs_dir, tmp_path / "data")
    send_command(one, commands.Stop())
    wait_for(lambda: not queue.is_dispatching(runs_dir))
    assert states((one, two)) == ["stopped", "completed"]


def test_a_run_queued_again_before_its_end_was_seen_is_started_again(add, dispatch, wait_for):
    run = add("one", **SLOW)
    dispatcher = dispatch()
    wait_for(lambda: started(run))
    process = psutil.Process(dispatcher.pid)
    process.suspend()
    wait_for(lambda: process.status() == psutil.STATUS_STOPPED)
    send_command(run, commands.Stop())
    wait_for(lambda: not is_alive(run))
    queue.enqueue(run)
    process.resume()
    wait_for(lambda: len(started(run)) == 2 or dispatcher.poll() is not None)
    assert states([run]) == ["running"]
    send_command(run, commands.Stop())
    assert dispatcher.wait(60) == 0


def test_a_person_can_start_a_waiting_run_by_hand(tmp_path, add, dispatch):
    run = add("one")
    assert launch_worker(run, tmp_path / "data").wait(60) == 0
    assert overview(run).state == "completed"
    assert dispatch().wait(60) == 0
    assert len(started(run)) == 1


def test_jobs_at_once_get_a_gpu_each(runs_dir, add, dispatch, wait_for):
    runs = [
        add("one", **SLOW), add("two", **SLOW), add("three", **SLOW, device="cpu"), add("four"),
    ]  # fmt: skip
    set_jobs(runs_dir, 3)
    dispatcher = dispatch(CUDA_VISIBLE_DEVICES="4,7")
    wait_for(lambda: all(started(run) for run in runs[:3]))
    environments = [psutil.Process(started(run)[0].pid).environ() for run in runs[:3]]
    given = [found["CUDA_VISIBLE_DEVICES"] for found in environments]
    assert given == ["4", "7", "4,7"]  # what trains on the processor is left alone
    assert states(runs)[3] == "queued"

    set_jobs(runs_dir, 4)  # is taken over at once
    wait_for(lambda: overview(runs[3]).state == "completed")
    for run in runs[:3]:
        send_command(run, commands.Stop())
    assert dispatcher.wait(60) == 0


def test_a_dispatcher_outlives_the_terminal_that_started_it(runs_dir, tmp_path, add, wait_for):
    run = add("one")
    code = (
        "import sys; from pathlib import Path; from workbench.core.queue import start_dispatcher\n"
        "start_dispatcher(Path(sys.argv[1]), Path(sys.argv[2]))"
    )
    command = [sys.executable, "-c", code, runs_dir, tmp_path / "data"]
    subprocess.run(command, check=True, start_new_session=True)
    wait_for(lambda: overview(run).state == "completed")


def test_a_damaged_place_waits_behind_the_others(runs_dir, add, dispatch):
    damaged, other = add("one"), add("two")
    damaged.queued.write_text("{")
    assert queue.queued_runs(runs_dir) == [other, damaged]
    assert dispatch().wait(60) == 0
    assert states((damaged, other)) == ["completed", "completed"]


def test_a_folder_without_runs_has_an_empty_queue(tmp_path):
    assert queue.queued_runs(tmp_path / "none") == []
    assert not queue.is_dispatching(tmp_path / "none")
    assert not RunFolder(tmp_path / "none").queued.exists()
