"""Starting a worker, from wherever one stands."""

from pathlib import Path

import pytest

from workbench.core.queue import enqueue, start_dispatcher
from workbench.core.runs import create_run
from workbench.core.runs.spare import SpareWorker


@pytest.fixture
def strange_folder():
    """One stands where a file has the name of a module that each worker imports."""
    for name in ("queue", "selectors", "msgspec"):
        Path(f"{name}.py").write_text("open('it-ran', 'w').close()\nraise SystemExit(9)\n")
    yield
    assert not Path("it-ran").exists()


@pytest.mark.usefixtures("strange_folder")
def test_a_run_imports_nothing_of_the_folder_where_it_is_started(start):
    _, worker = start(epochs=1)
    assert worker.wait(60) == 0


@pytest.mark.usefixtures("strange_folder")
def test_a_dispatcher_imports_nothing_of_it(tmp_path, tiny_plan):
    run = create_run(tmp_path / "runs", tiny_plan(epochs=1), "one")
    enqueue(run)
    assert start_dispatcher(tmp_path / "runs", tmp_path / "data")


@pytest.mark.usefixtures("strange_folder")
def test_a_worker_that_waits_imports_nothing_of_it(tmp_path, tiny_plan):
    spare = SpareWorker()
    try:
        spare.prepare("tiny", "gc:freeze")
        run = create_run(tmp_path / "runs", tiny_plan(epochs=1), "one")
        worker = spare.take("tiny", run, tmp_path / "data")
        assert worker is not None and worker.wait(60) == 0
    finally:
        spare.drop()
