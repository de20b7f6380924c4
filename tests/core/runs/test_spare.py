"""A worker that waits: used once, as if it were new; dropped in every other case."""

import os
import signal
import subprocess
import sys
import textwrap
from pathlib import Path

import psutil
import pytest

from workbench.api.events import LossReported, RunFinished, RunStarted
from workbench.core.runs import create_run, launch_worker, read_events
from workbench.core.runs.spare import SpareWorker

WARM_UP = "warming_here:warm_up"
LONG = {"epochs": 1000, "backend": {"delay_s": 0.01}}


@pytest.fixture
def module(monkeypatch):
    """A module with a function that warms up: it says so, and sets what can be seen later."""
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    path = Path.cwd() / "warming_here.py"
    path.write_text("def warm_up():\n    print('warmed up', flush=True)\n")
    return path


@pytest.fixture
def spare():
    waiting = SpareWorker()
    yield waiting
    waiting.drop()


def hand_over(spare, run, tmp_path):
    worker = spare.take("tiny", run, tmp_path / "data")
    assert worker is not None
    return worker


def is_gone(pid):
    try:
        return psutil.Process(pid).status() == psutil.STATUS_ZOMBIE
    except psutil.NoSuchProcess:
        return True


def numbers(run):
    return [event.loss for event in read_events(run) if isinstance(event, LossReported)]


def test_it_serves_a_run_as_a_new_worker_does(module, spare, tmp_path, tiny_plan):
    cold = create_run(tmp_path / "runs", tiny_plan(seed=3), "cold")
    launch_worker(cold, tmp_path / "data").wait(60)
    warm = create_run(tmp_path / "runs", tiny_plan(seed=3), "warm")
    spare.prepare("tiny", WARM_UP)
    worker = hand_over(spare, warm, tmp_path)
    assert worker.wait(60) == 0
    assert numbers(warm) == numbers(cold) != []
    started = next(event for event in read_events(warm) if isinstance(event, RunStarted))
    assert started.pid == worker.pid
    log = warm.log.read_text()
    assert log.startswith("warmed up\n")
    assert log.removeprefix("warmed up\n") == cold.log.read_text()
    assert spare.backend == ""
    assert spare.take("tiny", warm, tmp_path / "data") is None


def test_it_leads_a_session_of_its_own_and_outlives_its_starter(
    module, spare, tmp_path, tiny_plan, wait_for
):
    run = create_run(tmp_path / "runs", tiny_plan(**LONG))
    spare.prepare("tiny", WARM_UP)
    worker = hand_over(spare, run, tmp_path)
    wait_for(lambda: numbers(run))
    try:
        assert os.getsid(worker.pid) == worker.pid
        process = psutil.Process(worker.pid)
        assert {"workbench.worker", "--spare"} < set(process.cmdline())
        if sys.platform == "linux":
            assert str(Path(f"/proc/{worker.pid}/fd/0").readlink()) == os.devnull
    finally:
        worker.send_signal(signal.SIGHUP)
        worker.terminate()
        assert worker.wait(60) == 0
    assert any(isinstance(event, RunFinished) for event in read_events(run))


def test_code_that_changed_meanwhile_is_not_stale(module, spare, tmp_path, tiny_plan, wait_for):
    run = create_run(tmp_path / "runs", tiny_plan(**LONG))
    spare.prepare("tiny", WARM_UP)
    wait_for(lambda: os.fstat(spare._printed.fileno()).st_size)  # it has warmed up
    module.write_text(module.read_text() + "# changed\n")
    worker = hand_over(spare, run, tmp_path)
    wait_for(lambda: numbers(run))
    # The same process, begun anew as an ordinary worker.
    assert "--spare" not in psutil.Process(worker.pid).cmdline()
    worker.terminate()
    assert worker.wait(60) == 0


def test_a_plan_that_does_not_fit_what_was_warmed_up_gets_an_ordinary_worker(
    module, spare, tmp_path, tiny_plan, wait_for
):
    module.write_text("def warm_up():\n    return lambda plan: plan['seed'] == 3\n")
    for seed, waited in ((3, True), (4, False)):
        run = create_run(tmp_path / "runs", tiny_plan(seed=seed, **LONG))
        spare.prepare("tiny", WARM_UP)
        worker = hand_over(spare, run, tmp_path)
        wait_for(lambda run=run: numbers(run))
        assert ("--spare" in psutil.Process(worker.pid).cmdline()) is waited
        worker.terminate()
        assert worker.wait(60) == 0


def test_a_plan_that_can_not_be_read_is_told_in_a_sentence(module, spare, tmp_path, tiny_plan):
    module.write_text("def warm_up():\n    return lambda plan: plan['seed'] == 3\n")
    run = create_run(tmp_path / "runs", tiny_plan())
    run.plan.write_text("seed = \n")
    spare.prepare("tiny", WARM_UP)
    worker = hand_over(spare, run, tmp_path)
    assert worker.wait(60) == 2
    assert "is not valid TOML" in run.log.read_text()


def test_there_is_one_at_most(module, spare):
    spare.prepare("one", WARM_UP)
    first = spare._process
    spare.prepare("one", WARM_UP)
    assert spare._process is first
    spare.prepare("other", WARM_UP)
    assert first.poll() is not None
    assert spare.backend == "other"


def test_it_is_dropped_when_idle(module, wait_for):
    spare = SpareWorker(idle_s=0.05)
    spare.prepare("tiny", WARM_UP)
    wait_for(lambda: spare._process is None)
    assert spare.backend == ""


def test_another_backend_does_not_get_it(module, spare, tmp_path, tiny_plan):
    run = create_run(tmp_path / "runs", tiny_plan())
    spare.prepare("other", WARM_UP)
    assert spare.take("tiny", run, tmp_path / "data") is None
    assert spare.backend == "other"


def test_one_that_ended_by_itself_is_not_started_again(spare, tmp_path, tiny_plan, wait_for):
    spare.prepare("tiny", "no_such_module:warm_up")
    wait_for(lambda: spare.backend == "")
    run = create_run(tmp_path / "runs", tiny_plan())
    assert spare.take("tiny", run, tmp_path / "data") is None
    spare.prepare("tiny", "no_such_module:warm_up")
    assert spare.backend == ""


def test_it_ends_with_a_starter_that_is_killed(module, wait_for):
    program = textwrap.dedent("""
        import sys, time
        from workbench.core.runs.spare import SpareWorker
        spare = SpareWorker()
        spare.prepare("tiny", sys.argv[1])
        print(spare._process.pid, flush=True)
        time.sleep(600)
    """)
    starter = subprocess.Popen(
        [sys.executable, "-c", program, WARM_UP], stdout=subprocess.PIPE, text=True
    )
    pid = int(starter.stdout.readline())
    starter.kill()
    starter.wait()
    starter.stdout.close()
    wait_for(lambda: is_gone(pid))
