"""How many devices a plan says, and which those are."""

import pytest

from workbench.api import UserError
from workbench.core.plan import check_plan, plan_document
from workbench.core.plan.devices import device_indices
from workbench.core.plan.settings import RunSettings

PLAN = {
    "dataset": {"name": "fashion-mnist"},
    "model": {"name": "mlp"},
    "optimizer": {"name": "sgd"},
    "backend": {"name": "pytorch"},
}


@pytest.mark.parametrize(
    ("given", "kept"), [(2, "2"), ([0, 2], "0,2"), ("all", "all"), ("0, 2", "0,2"), (1, "1")]
)
def test_a_number_a_list_and_all_are_kept_as_one_text(registry, given, kept):
    plan = check_plan({**PLAN, "devices": given}, registry)
    assert plan.run.devices == kept
    assert check_plan(plan_document(plan), registry) == plan


@pytest.mark.parametrize(
    ("changes", "sentence"),
    [
        ({"devices": 0}, "devices must be a number from 1 on, all, or several GPUs"),
        ({"devices": "many"}, 'but is "many"'),
        ({"devices": [3]}, 'write device = "cuda:3" instead'),
        ({"devices": "1,1"}, "names a GPU twice"),
        ({"devices": 2, "device": "cuda:1"}, 'must be auto or cuda or cpu, but is "cuda:1"'),
        ({"devices": [0, 1], "device": "cpu"}, 'must be auto or cuda, but is "cpu"'),
        ({"devices": 3}, "64 items can't be divided among 3 devices; .* such as 63"),
    ],
)
def test_devices_that_dont_go_together_are_refused(registry, changes, sentence):
    with pytest.raises(UserError, match=sentence):
        check_plan({**PLAN, **changes}, registry)


@pytest.mark.parametrize(
    ("devices", "device", "gpus", "indices"),
    [
        ("1", "auto", 4, (0,)),
        ("2", "auto", 4, (0, 1)),
        ("1,3", "cuda", 4, (1, 3)),
        ("all", "auto", 4, (0, 1, 2, 3)),
        ("all", "auto", 0, (0,)),
        ("all", "cpu", 4, (0,)),
    ],
)
def test_the_devices_of_a_machine(devices, device, gpus, indices):
    assert device_indices(RunSettings(devices=devices, device=device), gpus) == indices
