"""One line of what the machine is doing."""

from __future__ import annotations

import math
import time
from collections.abc import Sequence
from typing import TYPE_CHECKING

from textual.content import Content
from textual.widget import Widget

from workbench.core.text import printable
from workbench.tui.figures import memory_text

if TYPE_CHECKING:
    from workbench.core.devices import DeviceSnapshot, GpuReading
    from workbench.core.hosts.opening import HostPlace

_BARS = "▁▂▃▄▅▆▇█"
_POINTS = 10


def sparkline(percents: Sequence[float | None], width: int) -> str:
    """The last ``width`` percentages as bars, filled up from the left."""
    bars = [_BARS[min(7, int((value or 0) / 100 * 8))] for value in percents[-width:]]
    return "".join(bars).rjust(width, _BARS[0])


class DeviceBar(Widget):
    """Processor, main memory and each GPU, or why there is none."""

    DEFAULT_CSS = """
    DeviceBar { height: 1; padding: 0 1; background: $surface; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._line = Content("")

    def show(self, readings: Sequence[DeviceSnapshot], place: HostPlace | None = None) -> None:
        """Show the newest of these readings; paints nothing if it looks the same.

        Those of another machine come with its name, or with why it is not connected.
        """
        width = self.content_size.width
        if place is None:
            line = describe(readings, width)
        elif place.link.state.kind == "connected":
            name = Content.styled(f"{printable(place.name)}  ", "bold $accent")
            line = name + describe(readings, width - name.cell_length)
        else:
            line = _lost(place).truncate(width, ellipsis=True)
        if not line.is_same(self._line):
            self._line = line
            self.refresh()

    def render(self) -> Content:
        """The line."""
        return self._line


def describe(readings: Sequence[DeviceSnapshot], width: int) -> Content:
    """The newest reading, with the processor's history."""
    if not readings:
        return Content.styled("reading the devices …", "$muted")
    newest = readings[-1]
    percents = [reading.cpu.utilisation_percent for reading in readings]
    busy = newest.cpu.utilisation_percent
    parts = [
        Content.styled("cpu ", "$muted"),
        Content.styled(sparkline(percents, _POINTS), "$primary"),
        Content(f" {busy:3.0f}%" if busy is not None else "   –%"),
        Content.styled(f" {newest.cpu.cores} cores", "$muted"),
        Content.styled("   ram ", "$muted"),
        Content(memory_text(newest.memory.used_bytes, newest.memory.total_bytes)),
    ]
    for gpu in newest.gpus:
        parts += _gpu(gpu)
    if not newest.gpus:
        parts.append(Content.styled(f"   {printable(newest.gpu_note)}", "$muted"))
    line = Content("").join(parts)
    if not newest.gpus and line.cell_length > width:
        parts[-1] = Content.styled("   no GPU", "$muted")
        line = Content("").join(parts)
    return line.truncate(width, ellipsis=True)


def _lost(place: HostPlace) -> Content:
    """Why a machine is not connected, and when it is tried again."""
    state = place.link.state
    wait_s = max(0, math.ceil(state.retry_at - time.monotonic()))
    when = f"again in {wait_s} s" if wait_s else "connecting …"
    words = f"! {printable(place.name)} is not connected, {when}"
    reason = Content.styled(f"  {printable(state.reason)}", "$muted")
    return Content.styled(words, "bold $warning") + reason


def _gpu(gpu: GpuReading) -> list[Content]:
    parts = [Content.styled(f"   gpu{gpu.index} ", "$muted")]
    if gpu.utilisation_percent is not None:
        bar = sparkline([gpu.utilisation_percent], 1)
        parts += [Content.styled(bar, "$primary"), Content(f" {gpu.utilisation_percent:.0f}%")]
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes:
        parts.append(Content(f" {memory_text(gpu.memory_used_bytes, gpu.memory_total_bytes)}"))
    if gpu.temperature_c is not None:
        parts.append(Content(f" {gpu.temperature_c:.0f}°C"))
    return parts
