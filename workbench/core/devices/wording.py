"""Devices in words."""

from workbench.core.devices.readings import DeviceSnapshot, GpuReading
from workbench.core.units import bytes_text


def device_lines(snapshot: DeviceSnapshot) -> tuple[str, ...]:
    """Each device in a line."""
    cpu, memory, disk = snapshot.cpu, snapshot.memory, snapshot.disk
    busy = "" if cpu.utilisation_percent is None else f", {cpu.utilisation_percent:.0f}% busy"
    lines = [
        f"cpu     {cpu.name}, {cpu.cores} cores{busy}",
        f"memory  {bytes_text(memory.used_bytes)} used of {bytes_text(memory.total_bytes)}",
    ]
    if disk is not None:
        lines.append(
            f"disk    {bytes_text(disk.free_bytes)} free of {bytes_text(disk.total_bytes)} "
            f"for {disk.folder}"
        )
    for gpu in snapshot.gpus:
        lines.extend(_gpu_lines(gpu))
    if snapshot.gpu_note:
        lines.append(f"gpu     {snapshot.gpu_note}")
    return tuple(lines)


def _gpu_lines(gpu: GpuReading) -> list[str]:
    parts = [gpu.name]
    if gpu.utilisation_percent is not None:
        parts.append(f"{gpu.utilisation_percent:.0f}% busy")
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes is not None:
        used, total = bytes_text(gpu.memory_used_bytes), bytes_text(gpu.memory_total_bytes)
        parts.append(f"{used} used of {total}")
    if gpu.temperature_c is not None:
        parts.append(f"{gpu.temperature_c:.0f} °C")
    if gpu.power_w is not None:
        limit = "" if gpu.power_limit_w is None else f" of {gpu.power_limit_w:.0f} W"
        parts.append(f"{gpu.power_w:.0f} W{limit}")
    if not gpu.device:
        parts.append("hidden by CUDA_VISIBLE_DEVICES")
    elif gpu.device != f"cuda:{gpu.index}":
        parts.append(f"the driver's GPU {gpu.index}")
    lines = [f"{gpu.device or f'gpu{gpu.index}':<7} {', '.join(parts)}"]
    for process in gpu.processes:
        used = "" if process.memory_used_bytes is None else bytes_text(process.memory_used_bytes)
        lines.append(f"          {process.pid} {process.name} {used}".rstrip())
    return lines
