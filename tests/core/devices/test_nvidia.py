import sys
from types import SimpleNamespace

import pytest

from workbench.core.devices import GpuProcess, read_devices
from workbench.core.devices import snapshot as snapshots
from workbench.core.devices.nvidia import nvidia_driver, read_gpus
from workbench.core.queue import visible_gpus


class NVMLError(Exception):
    def __init__(self, value):
        super().__init__(f"code {value}")
        self.value = value


class FakeNvml:
    """A driver with two cards, of which the second answers nothing but its name."""

    NVMLError = NVMLError
    NVML_ERROR_LIBRARY_NOT_FOUND = 12
    NVML_ERROR_DRIVER_NOT_LOADED = 9
    NVML_TEMPERATURE_GPU = 0

    def __init__(self, cards=2, error=None):
        self.cards = cards
        self.error = error
        self.process_lists = 0

    def nvmlInit(self):  # noqa: N802
        if self.error:
            raise self.error

    def nvmlDeviceGetCount(self):  # noqa: N802
        return self.cards

    def nvmlDeviceGetHandleByIndex(self, index):  # noqa: N802
        return index

    def nvmlDeviceGetName(self, handle):  # noqa: N802
        return b"Card B" if handle else "Card A"

    def __getattr__(self, name):
        if name == "nvmlDeviceGetUUID":
            return lambda handle: f"GPU-{'ab'[handle]}1"
        answers = {
            "nvmlDeviceGetMemoryInfo": SimpleNamespace(used=2**30, total=2**34),
            "nvmlDeviceGetUtilizationRates": SimpleNamespace(gpu=93),
            "nvmlDeviceGetPowerUsage": 250_400,
            "nvmlDeviceGetEnforcedPowerLimit": 700_000,
            "nvmlDeviceGetTemperature": 61,
        }

        def ask(handle, *more):
            if handle:
                raise NVMLError(3)
            if name == "nvmlDeviceGetComputeRunningProcesses":
                self.process_lists += 1
                return [
                    SimpleNamespace(pid=2**22 + 1, usedGpuMemory=2**64 - 1),
                    SimpleNamespace(pid=2**22 + 2, usedGpuMemory=5),
                ]
            return answers[name]

        return ask


@pytest.fixture
def driver(monkeypatch):
    """Puts a fake driver's library in place."""

    def install(nvml):
        monkeypatch.setitem(sys.modules, "pynvml", nvml)
        nvidia_driver.cache_clear()
        return nvml

    yield install
    nvidia_driver.cache_clear()


def test_each_card_with_what_it_tells(driver):
    driver(FakeNvml())
    first, second = read_gpus(nvidia_driver())
    assert (first.device, first.name) == ("cuda:0", "Card A")
    assert (first.utilisation_percent, first.temperature_c) == (93.0, 61.0)
    assert (first.memory_used_bytes, first.memory_total_bytes) == (2**30, 2**34)
    assert (first.power_w, first.power_limit_w) == (250.4, 700.0)
    assert first.processes == (
        GpuProcess(2**22 + 1, "", None),
        GpuProcess(2**22 + 2, "", 5),
    )
    assert (second.device, second.name) == ("cuda:1", "Card B")
    assert second.memory_used_bytes is second.power_w is second.utilisation_percent is None
    assert second.processes == ()


@pytest.mark.parametrize(
    ("given", "devices", "queued"),
    [
        (None, ["cuda:0", "cuda:1"], ["0", "1"]),
        ("1", ["", "cuda:0"], ["1"]),
        ("1, 0", ["cuda:1", "cuda:0"], ["1", "0"]),
        ("GPU-b", ["", "cuda:0"], ["GPU-b"]),
        ("", ["", ""], []),
        ("-1", ["", ""], []),
        ("1,-1,0", ["", "cuda:0"], ["1"]),
        ("1,7,0", ["", "cuda:0"], ["1", "7", "0"]),
        ("MIG-x", ["", ""], ["MIG-x"]),
    ],
)
def test_what_plans_call_the_gpus_that_are_not_hidden(driver, monkeypatch, given, devices, queued):
    if given is None:
        monkeypatch.delenv("CUDA_VISIBLE_DEVICES", raising=False)
    else:
        monkeypatch.setenv("CUDA_VISIBLE_DEVICES", given)
    driver(FakeNvml())
    assert [gpu.device for gpu in read_gpus(nvidia_driver())] == devices
    assert visible_gpus() == queued


def test_a_gpu_whose_number_a_plan_has_not_says_so(driver, monkeypatch):
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    driver(FakeNvml())
    numbers = [gpu.number for gpu in read_gpus(nvidia_driver())]
    assert numbers == ["GPU 0 (hidden)", "GPU 1 (cuda:0)"]
    monkeypatch.delenv("CUDA_VISIBLE_DEVICES")
    nvidia_driver.cache_clear()
    assert [gpu.number for gpu in read_gpus(nvidia_driver())] == ["GPU 0", "GPU 1"]


@pytest.mark.parametrize(
    ("nvml", "reason"),
    [
        (FakeNvml(error=NVMLError(12)), "No NVIDIA driver is installed on this machine."),
        (FakeNvml(error=NVMLError(9)), "No NVIDIA driver is installed on this machine."),
        (FakeNvml(error=NVMLError(999)), "The NVIDIA driver does not answer: code 999."),
        (FakeNvml(error=KeyError("x")), "The NVIDIA driver does not answer: 'x'."),
        (FakeNvml(cards=0), "The NVIDIA driver is installed and finds no GPU."),
        (None, "NVIDIA GPUs are not looked for: nvidia-ml-py is not installed."),
    ],
)
def test_why_there_is_no_gpu(driver, monkeypatch, nvml, reason):
    driver(nvml)
    monkeypatch.setattr("platform.system", lambda: "Linux")
    snapshot = read_devices()
    assert snapshot.gpus == ()
    assert snapshot.gpu_note == reason


def test_processes_are_listed_now_and_then(driver, monkeypatch):
    nvml = driver(FakeNvml(cards=1))
    monkeypatch.setattr("platform.system", lambda: "Linux")
    now = [100.0]
    monkeypatch.setattr(snapshots.time, "time", lambda: now[0])
    snapshot = read_devices()
    for now[0] in (100.5, 101.0, 101.5):
        snapshot = read_devices(snapshot)
        assert len(snapshot.gpus[0].processes) == 2
    assert nvml.process_lists == 1
    now[0] = 102.5
    read_devices(snapshot)
    assert nvml.process_lists == 2


@pytest.mark.parametrize(
    ("machine", "words"), [("arm64", "Metal (device mps)"), ("x86_64", "no GPU that the backends")]
)
def test_a_mac_says_what_it_has(monkeypatch, machine, words):
    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setattr("platform.machine", lambda: machine)
    snapshot = read_devices()
    assert snapshot.gpus == ()
    assert words in snapshot.gpu_note
