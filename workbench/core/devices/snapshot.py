"""All devices at one moment."""

import platform
import socket
import time
from dataclasses import replace
from pathlib import Path

from workbench.core.devices.host import read_cpu, read_disk, read_memory
from workbench.core.devices.nvidia import nvidia_driver, read_gpus
from workbench.core.devices.readings import DeviceSnapshot, GpuReading

# Listing a GPU's processes costs more than all the rest, and changes rarely.
_PROCESSES_S = 2.0


def read_devices(
    previous: DeviceSnapshot | None = None, folder: Path | None = None
) -> DeviceSnapshot:
    """Read everything, in some hundred microseconds a call after the first.

    ``previous`` is the snapshot of the call before: the processor's utilisation is that of
    the time between. ``folder`` chooses the disk (by default the working directory's).
    """
    now = time.time()
    gpus, note = _read_gpus(previous, now)
    return DeviceSnapshot(
        time=now,
        host=socket.gethostname(),
        cpu=read_cpu(previous.cpu if previous else None),
        memory=read_memory(),
        disk=read_disk(folder or Path()),
        gpus=gpus,
        gpu_note=note,
    )


def _read_gpus(previous: DeviceSnapshot | None, now: float) -> tuple[tuple[GpuReading, ...], str]:
    if platform.system() == "Darwin":
        return (), _macos_note(platform.machine())
    driver = nvidia_driver()
    if not driver.handles:
        return (), driver.reason
    slow = previous is None or int(previous.time / _PROCESSES_S) != int(now / _PROCESSES_S)
    gpus = read_gpus(driver, with_processes=slow)
    if previous is not None and not slow:
        earlier = {gpu.index: gpu.processes for gpu in previous.gpus}
        gpus = tuple(replace(gpu, processes=earlier.get(gpu.index, ())) for gpu in gpus)
    return gpus, ""


def _macos_note(machine: str) -> str:
    if machine == "arm64":
        return "The Apple GPU trains through Metal (device mps) and shares the main memory."
    return "This Mac has no GPU that the backends train on."
