"""A machine in a row, and in some lines."""

from typing import TYPE_CHECKING, cast

from textual.content import Content

from workbench.core.devices import GpuReading
from workbench.core.hosts.messages import LiveRun, Readings
from workbench.core.text import printable
from workbench.core.units import percent_text
from workbench.tui import states
from workbench.tui.figures import memory_text
from workbench.tui.screens.hosts.watching import HERE, HostGlance
from workbench.tui.widgets.row_list import Column, Row

if TYPE_CHECKING:
    from workbench.core.runs import RunState

COLUMNS = (
    Column("host", 0),
    Column("cpu", 5, "right"),
    Column("memory", 14, "right", rank=1),
    Column("gpus", 18),
    Column("live runs", 9, "right"),
)
_LOOKS = {
    "connecting": ("◌", "$muted"),
    "connected": ("●", "$success"),
    "lost": ("!", "$warning"),
}


def host_row(glance: HostGlance, *, is_open: bool) -> Row:
    """A machine as one row; what is known from before is not shown as if it were of now."""
    glyph, style = _LOOKS[glance.state]
    name = Content.assemble((f"{glyph} ", style), (_name(glance), "bold"))
    if is_open:
        name += Content.styled("  open", "$accent")
    readings = glance.readings if glance.state == "connected" else None
    if readings is None:
        words = "connecting …" if glance.state == "connecting" else "not connected"
        return Row(glance.name, (name, "", "", Content.styled(words, style), ""))
    busy = readings.devices.cpu.utilisation_percent
    memory = readings.devices.memory
    count = len(readings.runs)
    return Row(
        glance.name,
        (
            name,
            "–" if busy is None else f"{busy:.0f}%",
            memory_text(memory.used_bytes, memory.total_bytes),
            _gpus(readings.devices.gpus),
            Content.styled(str(count), "bold $success") if count else Content.styled("–", "$muted"),
        ),
    )


def _name(glance: HostGlance) -> str:
    return "this machine" if glance.name == HERE else printable(glance.name)


def _gpus(gpus: tuple[GpuReading, ...]) -> Content:
    """All GPUs of a machine in some words."""
    if not gpus:
        return Content.styled("none", "$muted")
    busy = [gpu.utilisation_percent for gpu in gpus if gpu.utilisation_percent is not None]
    used = sum(gpu.memory_used_bytes or 0 for gpu in gpus)
    total = sum(gpu.memory_total_bytes or 0 for gpu in gpus)
    share = f"{sum(busy) / len(busy):.0f}% " if busy else ""
    size = f"{used / 2**30:.0f}/{total / 2**30:.0f} GiB" if total else ""
    return Content(f"{len(gpus)}× {share}{size}")


def host_lines(glance: HostGlance) -> Content:
    """What there is to say of a machine below the rows."""
    if glance.state == "lost":
        return Content.styled(f"! {printable(glance.reason)}", "$warning")
    readings = glance.readings
    if readings is None:
        return Content.styled("connecting …", "$muted")
    return Content("\n").join([_machine(readings), *_devices(readings), *_runs(readings)])


def _machine(readings: Readings) -> Content:
    devices = readings.devices
    words = f"{printable(devices.cpu.name)}, {devices.cpu.cores} cores"
    return Content.assemble((printable(devices.host), "bold"), (f"   {words}", "$muted"))


def _devices(readings: Readings) -> list[Content]:
    if not readings.devices.gpus:
        return [Content.styled(printable(readings.devices.gpu_note), "$muted")]
    return [_gpu(gpu) for gpu in readings.devices.gpus]


def _gpu(gpu: GpuReading) -> Content:
    line = Content.assemble((f"gpu{gpu.index} ", "$muted"), (printable(gpu.name), ""))
    if gpu.utilisation_percent is not None:
        line += Content(f"   {gpu.utilisation_percent:.0f}%")
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes:
        line += Content(f"   {memory_text(gpu.memory_used_bytes, gpu.memory_total_bytes)}")
    if gpu.temperature_c is not None:
        line += Content(f"   {gpu.temperature_c:.0f}°C")
    return line


def _runs(readings: Readings) -> list[Content]:
    if not readings.runs:
        return [Content.styled("No run is live.", "$muted")]
    return [_run(run) for run in readings.runs]


def _run(run: LiveRun) -> Content:
    # The other side may be a newer workbench with states that are unknown here.
    state = cast("RunState", run.state if states.is_known(run.state) else "running")
    line = Content.assemble(
        (f"{states.glyph(state)} ", states.color(state)),
        (printable(run.name), "bold"),
        (f"   {printable(run.title)}", "$muted"),
    )
    if run.epochs:
        line += Content(f"   epoch {min(run.epoch + 1, run.epochs)}/{run.epochs}")
    if run.accuracy is not None:
        line += Content(f"   {percent_text(run.accuracy)}")
    return line
