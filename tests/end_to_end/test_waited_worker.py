"""A worker that waited for its run trains it to the numbers of a new one."""

import importlib.util

import pytest

from workbench.api.events import BatchesTrained, EpochTested, ModelBuilt
from workbench.core.plan import check_plan
from workbench.core.plugins import load_plugins
from workbench.core.runs import create_run, launch_worker, read_events
from workbench.core.runs.spare import SpareWorker

QUICK = {
    "pytorch": {
        "dataset": {"name": "fashion-mnist"},
        "model": {"name": "mlp", "hidden": [64]},
        "optimizer": {"name": "sgd", "lr": 1e-3},
    },
    "keras": {
        "dataset": {"name": "mnist"},
        "model": {"name": "dense", "units": [16]},
        "optimizer": {"name": "adam"},
    },
}


def installed(backend, mark, library):
    is_missing = importlib.util.find_spec(library) is None
    skip = pytest.mark.skipif(is_missing, reason=f"{library} is not installed")
    return pytest.param(backend, marks=[mark, skip])


@pytest.mark.parametrize(
    "backend",
    [
        installed("pytorch", pytest.mark.pytorch, "torch"),
        installed("keras", pytest.mark.keras, "tensorflow"),
    ],
)
def test_a_worker_that_waited_trains_to_the_same_last_bit(tmp_path, monkeypatch, backend):
    monkeypatch.setenv("OMP_NUM_THREADS", "1")
    document = {
        **QUICK[backend],
        "backend": {"name": backend},
        "data": {"shuffle": True},
        "device": "cpu",
        "epochs": 1,
    }
    registry = load_plugins()
    plan, place = check_plan(document, registry), registry.backend(backend).warm_up
    cold, warm = (create_run(tmp_path / "runs", plan, name) for name in ("cold", "warm"))
    spare = SpareWorker()
    spare.prepare(backend, place)
    try:
        worker = spare.take(backend, warm, tmp_path)
        assert worker.wait(120) == 0
    finally:
        spare.drop()
    assert launch_worker(cold, tmp_path).wait(120) == 0

    def told(run, *kinds):
        return [event for event in read_events(run) if isinstance(event, kinds)]

    def losses(run):
        return [loss for event in told(run, BatchesTrained) for loss in event.losses]

    def log(run):
        # TensorFlow's own lines name its source files, and say the time.
        return [line for line in run.log.read_text().splitlines() if ".cc:" not in line]

    assert losses(warm) == losses(cold) != []
    assert told(warm, EpochTested)[0].loss == told(cold, EpochTested)[0].loss
    assert told(warm, ModelBuilt)[0].summary == told(cold, ModelBuilt)[0].summary
    assert log(warm) == log(cold) != []
