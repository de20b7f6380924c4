"""Readings of a machine's devices at one moment. Percentages are from 0 to 100."""

from dataclasses import dataclass

_HALF_A_CORE = 50.0
"""In percent of a core."""


@dataclass(frozen=True)
class CpuReading:
    """The processor; ``utilisation_percent`` covers the time since the previous reading.

    It is ``None`` in a first reading, which has nothing to compare with. ``busy_s`` and
    ``total_s`` are processor seconds since the machine started, over all cores.
    """

    name: str
    cores: int
    utilisation_percent: float | None
    busy_s: float
    total_s: float

    @property
    def is_crowded(self) -> bool:
        """Whether less than half a core was free, so that each program takes from the others."""
        if self.utilisation_percent is None:
            return False
        return self.cores * (100 - self.utilisation_percent) < _HALF_A_CORE


@dataclass(frozen=True)
class MemoryReading:
    """Main memory; what could be freed at once does not count as used."""

    used_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class DiskReading:
    """The file system that holds a folder."""

    folder: str
    free_bytes: int
    total_bytes: int


@dataclass(frozen=True)
class GpuProcess:
    """A process on a GPU; what the driver does not tell is ``None``."""

    pid: int
    name: str
    memory_used_bytes: int | None


@dataclass(frozen=True)
class GpuReading:
    """An NVIDIA GPU; what its driver does not tell is ``None``.

    ``index`` is its driver's; ``device`` is what a plan calls it, empty where
    ``CUDA_VISIBLE_DEVICES`` hides it.
    """

    index: int
    name: str
    utilisation_percent: float | None
    memory_used_bytes: int | None
    memory_total_bytes: int | None
    temperature_c: float | None
    power_w: float | None
    power_limit_w: float | None
    processes: tuple[GpuProcess, ...]
    device: str

    @property
    def number(self) -> str:
        """What the driver calls it, and what a plan does where that is another number."""
        if self.device == f"cuda:{self.index}":
            return f"GPU {self.index}"
        return f"GPU {self.index} ({self.device or 'hidden'})"


@dataclass(frozen=True)
class DeviceSnapshot:
    """All devices at ``time`` (Unix seconds).

    ``gpu_note`` says in a sentence why there is no reading of a GPU; it is empty where
    there is one.
    """

    time: float
    host: str
    cpu: CpuReading
    memory: MemoryReading
    disk: DiskReading | None
    gpus: tuple[GpuReading, ...]
    gpu_note: str
