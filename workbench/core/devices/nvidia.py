"""Reading NVIDIA GPUs through their driver's own library."""

import functools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

import psutil

from workbench.core.devices.readings import GpuProcess, GpuReading
from workbench.core.devices.visible import plan_devices

_T = TypeVar("_T")


@dataclass(frozen=True)
class NvidiaDriver:
    """The library, ready to ask (``nvml``), or why it is not (``reason``).

    ``devices`` are what a plan calls the GPUs of the ``handles``.
    """

    nvml: Any = None
    handles: tuple[Any, ...] = ()
    devices: tuple[str, ...] = ()
    reason: str = ""


@functools.cache
def nvidia_driver() -> NvidiaDriver:
    """Start the driver's library, once in this process. Never raises."""
    try:
        import pynvml
    except ImportError:
        return NvidiaDriver(reason="NVIDIA GPUs are not looked for: nvidia-ml-py is not installed.")
    try:
        pynvml.nvmlInit()
        count = pynvml.nvmlDeviceGetCount()
        handles = tuple(pynvml.nvmlDeviceGetHandleByIndex(index) for index in range(count))
    except Exception as error:  # drivers raise more than NVMLError
        return NvidiaDriver(reason=_reason(pynvml, error))
    if not handles:
        return NvidiaDriver(reason="The NVIDIA driver is installed and finds no GPU.")
    uuids = [_text(_ask(functools.partial(pynvml.nvmlDeviceGetUUID, handle))) for handle in handles]
    return NvidiaDriver(pynvml, handles, plan_devices(uuids))


def _reason(nvml: Any, error: Exception) -> str:
    missing = (nvml.NVML_ERROR_LIBRARY_NOT_FOUND, nvml.NVML_ERROR_DRIVER_NOT_LOADED)
    if isinstance(error, nvml.NVMLError) and getattr(error, "value", None) in missing:
        return "No NVIDIA driver is installed on this machine."
    return f"The NVIDIA driver does not answer: {error}."


def read_gpus(driver: NvidiaDriver, with_processes: bool = True) -> tuple[GpuReading, ...]:
    """All GPUs of the driver now."""
    return tuple(
        _read_gpu(driver.nvml, index, handle, device, with_processes)
        for index, (handle, device) in enumerate(zip(driver.handles, driver.devices, strict=True))
    )


def _read_gpu(nvml: Any, index: int, handle: Any, device: str, with_processes: bool) -> GpuReading:
    memory = _ask(lambda: nvml.nvmlDeviceGetMemoryInfo(handle))
    utilisation = _ask(lambda: nvml.nvmlDeviceGetUtilizationRates(handle))
    power_mw = _ask(lambda: nvml.nvmlDeviceGetPowerUsage(handle))
    limit_mw = _ask(lambda: nvml.nvmlDeviceGetEnforcedPowerLimit(handle))
    sensor = nvml.NVML_TEMPERATURE_GPU
    temperature_c = _ask(lambda: nvml.nvmlDeviceGetTemperature(handle, sensor))
    return GpuReading(
        index=index,
        name=_text(_ask(lambda: nvml.nvmlDeviceGetName(handle))) or "NVIDIA GPU",
        utilisation_percent=None if utilisation is None else float(utilisation.gpu),
        memory_used_bytes=None if memory is None else int(memory.used),
        memory_total_bytes=None if memory is None else int(memory.total),
        temperature_c=None if temperature_c is None else float(temperature_c),
        power_w=None if power_mw is None else power_mw / 1000,
        power_limit_w=None if limit_mw is None else limit_mw / 1000,
        processes=_processes(nvml, handle) if with_processes else (),
        device=device,
    )


def _processes(nvml: Any, handle: Any) -> tuple[GpuProcess, ...]:
    found = _ask(lambda: nvml.nvmlDeviceGetComputeRunningProcesses(handle)) or ()
    return tuple(
        GpuProcess(item.pid, _process_name(item.pid), _known_bytes(item.usedGpuMemory))
        for item in found
    )


def _known_bytes(used: int | None) -> int | None:
    """The driver answers with the highest number where it can't tell."""
    return None if used is None or used >= 2**63 else int(used)


def _process_name(pid: int) -> str:
    try:
        return psutil.Process(pid).name()
    except psutil.Error:  # gone, or of another container
        return ""


def _ask(question: Callable[[], _T]) -> _T | None:
    """The answer, or ``None``: a GPU need not support each question, and may be lost."""
    try:
        return question()
    except Exception:
        return None


def _text(name: Any) -> str:
    return name.decode(errors="replace") if isinstance(name, bytes) else name or ""
