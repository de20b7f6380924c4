"""What the machine has and does: frozen readings of processor, memory, disk and GPUs."""

from workbench.core.devices.readings import (
    CpuReading,
    DeviceSnapshot,
    DiskReading,
    GpuProcess,
    GpuReading,
    MemoryReading,
)
from workbench.core.devices.snapshot import read_devices

__all__ = [
    "CpuReading",
    "DeviceSnapshot",
    "DiskReading",
    "GpuProcess",
    "GpuReading",
    "MemoryReading",
    "read_devices",
]
