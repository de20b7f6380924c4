"""The pre-flight's lines, for devices that this machine may not have."""

from dataclasses import replace

import msgspec
import pytest

from workbench.core import forecast as forecasts
from workbench.core.devices import GpuProcess, GpuReading, read_devices
from workbench.core.tasks import TaskMeasured

MEASURED = TaskMeasured(
    device="cuda:0",
    steps_per_epoch=100,
    batches=10,
    first_batch_s=2.0,
    ours_s=(0.02,),
    plain=(),
    test_s=1.0,
    report_s=0.0,
    save_s=0.5,
    checkpoint_bytes=2**20,
    memory_bytes=3 * 2**30,
    device_bytes=5 * 2**30,
)
HIDDEN = GpuReading(0, "Card A", 1.0, 2**30, 2**34, None, None, None, (), "")
GPU = GpuReading(
    1, "Card B", 90.0, 6 * 2**30, 80 * 2**30, None, None, None,
    (GpuProcess(4321, "python", 6 * 2**30),), "cuda:0",
)  # fmt: skip


@pytest.fixture
def lines(monkeypatch, tiny_plan, tmp_path):
    def told(measured, gpus):
        devices = replace(read_devices(), gpus=gpus, gpu_note="")
        monkeypatch.setattr(forecasts, "read_devices", lambda folder: devices)
        monkeypatch.setattr(forecasts, "run_task", lambda *_: measured)
        return forecasts.forecast(tiny_plan(), tmp_path, tmp_path)

    return told


def test_the_memory_of_the_gpu_that_the_plan_gets_and_who_is_on_it(lines):
    found = lines(MEASURED, (HIDDEN, GPU))
    at = found.index("memory      3.0 GiB of the host at most, with all data")
    assert found[at + 1] == (
        "            5.0 GiB of cuda:0 at most, with all data; 74.0 GiB of 80.0 GiB were free"
    )
    assert "          4321 python 6.0 GiB" in found


def test_a_device_whose_driver_tells_nothing(lines):
    unknown = replace(GPU, memory_used_bytes=None)
    for gpus in ((), (unknown,)):
        found = lines(MEASURED, gpus)
        assert "            5.0 GiB of cuda:0 at most, with all data" in found


def test_without_a_memory_of_its_own(lines):
    found = lines(msgspec.structs.replace(MEASURED, device="cpu", device_bytes=None), ())
    assert not any("cpu at most" in line for line in found)
    assert any("ms on cpu for" in line for line in found)
