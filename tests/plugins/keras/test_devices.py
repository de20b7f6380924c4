"""Devices by name."""

import pytest

pytestmark = pytest.mark.keras


def test_the_cpu(lab):
    assert lab.make_trainer(device="cpu").device == "cpu"


@pytest.mark.parametrize("device", ["cuda:63", "tpu", "cuda:x", "cpu:1"])
def test_a_device_that_is_not_there_is_refused(lab, device):
    with pytest.raises(lab.UserError, match=rf'device "{device}" is not there; .*has cpu'):
        lab.make_trainer(device=device)


def test_other_settings_need_another_process(lab):
    lab.make_trainer()
    with pytest.raises(lab.WorkbenchError, match="needs a worker of its own"):
        lab.make_trainer(options=lab.KerasOptions(threads=13))


def test_an_unknown_loss_is_refused(lab):
    with pytest.raises(lab.UserError, match=r'no loss "hinge"'):
        lab.make_trainer(loss="hinge")
