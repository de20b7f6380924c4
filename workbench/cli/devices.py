"""``workbench devices``."""

import time
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.devices import DeviceSnapshot, GpuReading

# Long enough for the processor's clock ticks to tell something.
_MEASURE_S = 0.2


@click.command()
@flags.as_json
@click.pass_obj
def devices(session: Session, as_json: bool) -> None:
    """Show processor, memory, disk and GPUs."""
    from workbench.cli.output import print_json, say
    from workbench.core.devices import read_devices

    folder = session.config().runs_dir
    before = read_devices(folder=folder)
    time.sleep(_MEASURE_S)
    snapshot = read_devices(before, folder)
    if as_json:
        print_json(snapshot)
        return
    for line in device_lines(snapshot):
        say(line)


def device_lines(snapshot: "DeviceSnapshot") -> tuple[str, ...]:
    """Each device in a line."""
    from workbench.core.units import bytes_text

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


def _gpu_lines(gpu: "GpuReading") -> list[str]:
    from workbench.core.units import bytes_text

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
    lines = [f"{gpu.device:<7} {', '.join(parts)}"]
    for process in gpu.processes:
        used = "" if process.memory_used_bytes is None else bytes_text(process.memory_used_bytes)
        lines.append(f"          {process.pid} {process.name} {used}".rstrip())
    return lines
