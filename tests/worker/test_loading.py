"""A checkpoint is used wherever its files are."""

import pytest

from workbench.api.errors import UserError
from workbench.core.checkpoints import find_checkpoint
from workbench.core.runs import create_run, launch_worker
from workbench.worker.loading import load_model


@pytest.fixture
def run(tmp_path, tiny_plan):
    made = create_run(tmp_path / "runs", tiny_plan(epochs=1))
    assert launch_worker(made, tmp_path / "data").wait(60) == 0
    return made


def load(run, tmp_path):
    return load_model(str(run.path), find_checkpoint(run).name, str(tmp_path / "data"))


def test_a_device_that_is_not_there_is_replaced(run, tmp_path):
    wanted = load(run, tmp_path).evaluate("test")
    run.plan.write_text(run.plan.read_text().replace('device = "auto"', 'device = "cuda:7"'))
    moved = load(run, tmp_path)
    assert moved.plan.run.device == "cuda:7"
    assert moved.trainer.device == "cpu"
    assert moved.evaluate("test").loss == wanted.loss


@pytest.mark.parametrize(("device", "tries"), [("cuda:7", 2), ("auto", 1), ("cpu", 1)])
def test_what_else_is_wrong_is_told(run, tmp_path, monkeypatch, device, tries):
    run.plan.write_text(run.plan.read_text().replace('device = "auto"', f'device = "{device}"'))
    tried = []

    def refuse(plan, *_):
        tried.append(plan.run.device)
        raise UserError("These weights are no good.")

    monkeypatch.setattr("workbench.worker.loading.create_trainer", refuse)
    with pytest.raises(UserError, match="no good"):
        load(run, tmp_path)
    assert tried == [device, "auto"][:tries]
