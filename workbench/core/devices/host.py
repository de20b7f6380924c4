"""Reading the processor, main memory and disks."""

import functools
import os
import platform
import shutil
import subprocess
from pathlib import Path

import psutil

from workbench.core.devices.readings import CpuReading, DiskReading, MemoryReading


def read_cpu(previous: CpuReading | None) -> CpuReading:
    """The processor now; its utilisation since ``previous``."""
    times = psutil.cpu_times()
    idle_s = times.idle + getattr(times, "iowait", 0.0)
    # Linux counts a guest's time in the host's user time too.
    guest_s = getattr(times, "guest", 0.0) + getattr(times, "guest_nice", 0.0)
    total_s = sum(times) - guest_s
    busy_s = total_s - idle_s
    return CpuReading(
        name=cpu_name(),
        cores=usable_cores(),
        utilisation_percent=_utilisation(previous, busy_s, total_s),
        busy_s=busy_s,
        total_s=total_s,
    )


def _utilisation(previous: CpuReading | None, busy_s: float, total_s: float) -> float | None:
    if previous is None:
        return None
    passed_s = total_s - previous.total_s
    if passed_s <= 0:  # read again within one tick of the clock
        return previous.utilisation_percent
    return min(100.0, max(0.0, 100 * (busy_s - previous.busy_s) / passed_s))


def usable_cores() -> int:
    """How many logical cores this process may use."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


@functools.cache
def cpu_name() -> str:
    """The processor's name as its maker writes it, or its architecture."""
    return _linux_cpu_name() or _macos_cpu_name() or platform.machine() or "processor"


def _linux_cpu_name() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text(errors="replace").splitlines()
    except OSError:
        return ""
    names = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(names, "")


def _macos_cpu_name() -> str:
    if platform.system() != "Darwin":
        return ""
    command = ["/usr/sbin/sysctl", "-n", "machdep.cpu.brand_string"]
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=2, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return done.stdout.strip()


def read_memory() -> MemoryReading:
    """Main memory now."""
    memory = psutil.virtual_memory()
    return MemoryReading(memory.total - memory.available, memory.total)


def read_disk(folder: Path) -> DiskReading | None:
    """The disk of a folder, or of the nearest parent that is there; ``None`` if unreadable."""
    for place in (folder, *folder.parents):
        try:
            usage = shutil.disk_usage(place)
        except FileNotFoundError:
            continue
        except OSError:
            return None
        return DiskReading(str(folder), usage.free, usage.total)
    return None
