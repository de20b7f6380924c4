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
_PERCENT_STEP = 10.0
_MEMORY_STEP = 0.02
_DEGREES_STEP = 3.0


class DeviceBar(Widget):
    """Processor, main memory and each GPU, or why there is none.

    It stays as it is until a figure has changed by more than its noise, so that an idle machine
    sends nothing to the terminal; the Devices screen has every reading.
    """

    DEFAULT_CSS = """
    DeviceBar { height: 1; padding: 0 1; background: $surface; color: $foreground; }
    """

    def __init__(self) -> None:
        super().__init__()
        self._shown: DeviceSnapshot | None = None
        self._about = Content("")
        self._is_lost = False

    def show(self, readings: Sequence[DeviceSnapshot], place: HostPlace | None = None) -> None:
        """Show the newest of these readings, if it differs enough from the one that is shown.

        Those of another machine come with its name, or with why it is not connected.
        """
        newest = readings[-1] if readings else None
        is_lost = place is not None and place.link.state.kind != "connected"
        about = Content("") if place is None else _lost(place) if is_lost else _named(place)
        if about.is_same(self._about) and (newest is None or not differs(self._shown, newest)):
            return
        self._shown, self._about, self._is_lost = newest, about, is_lost
        self.refresh()

    def render(self) -> Content:
        """The line."""
        width = self.content_size.width
        if self._is_lost:
            return self._about.truncate(width, ellipsis=True)
        return self._about + describe(self._shown, width - self._about.cell_length)


def _named(place: HostPlace) -> Content:
    return Content.styled(f"{printable(place.name)}  ", "bold $accent")


def differs(shown: DeviceSnapshot | None, newest: DeviceSnapshot) -> bool:
    """Whether a figure has changed by more than what it wavers by from second to second."""
    if shown is None:
        return True
    before, now = _figures(shown), _figures(newest)
    if len(before) != len(now) or shown.gpu_note != newest.gpu_note:
        return True
    return any(
        a is not b if a is None or b is None else abs(a - b) >= step
        for (a, step), (b, _) in zip(before, now, strict=True)
    )


def _figures(reading: DeviceSnapshot) -> list[tuple[float | None, float]]:
    """The figures that are shown, each with the change that is worth a repaint."""
    memory = reading.memory
    figures: list[tuple[float | None, float]] = [
        (reading.cpu.utilisation_percent, _PERCENT_STEP),
        (memory.used_bytes, _MEMORY_STEP * memory.total_bytes),
    ]
    for gpu in reading.gpus:
        figures += [
            (gpu.utilisation_percent, _PERCENT_STEP),
            (gpu.memory_used_bytes, _MEMORY_STEP * (gpu.memory_total_bytes or 0)),
            (gpu.temperature_c, _DEGREES_STEP),
        ]
    return figures


def describe(reading: DeviceSnapshot | None, width: int) -> Content:
    """A reading in at most so many columns; of many GPUs less is said of each."""
    if reading is None:
        return Content.styled("reading the devices …", "$muted")
    busy, memory = reading.cpu.utilisation_percent, reading.memory
    host = Content.assemble(
        ("cpu ", "$muted"),
        _gauge(busy),
        (f" {reading.cpu.cores} cores", "$muted"),
        ("   ram ", "$muted"),
        memory_text(memory.used_bytes, memory.total_bytes),
    )
    for rest in _ways(reading):
        line = host + rest
        if line.cell_length <= width:
            return line
    return line.truncate(width, ellipsis=True)


def _ways(reading: DeviceSnapshot) -> list[Content]:
    """What to say of the GPUs, from the longest to the shortest."""
    if not reading.gpus:
        note = Content.styled(f"   {printable(reading.gpu_note)}", "$muted")
        return [note, Content.styled("   no GPU", "$muted")]
    ways = [[_gpu(gpu, parts) for gpu in reading.gpus] for parts in (3, 2, 1)]
    bars = "".join(_bar(gpu.utilisation_percent) for gpu in reading.gpus)
    short = Content.assemble(("   gpus ", "$muted"), (bars, "$primary"))
    return [*(Content("").join(way) for way in ways), short]


def _gpu(gpu: GpuReading, parts: int) -> Content:
    text = Content.styled(f"   gpu{gpu.index} ", "$muted") + _gauge(gpu.utilisation_percent)
    if parts > 1 and gpu.memory_used_bytes is not None and gpu.memory_total_bytes:
        text += Content(f" {memory_text(gpu.memory_used_bytes, gpu.memory_total_bytes)}")
    if parts > 2 and gpu.temperature_c is not None:
        text += Content(f" {gpu.temperature_c:.0f}°C")
    return text


def _gauge(percent: float | None) -> Content:
    words = "  –%" if percent is None else f"{percent:3.0f}%"
    return Content.assemble((_bar(percent), "$primary"), f" {words}")


def _bar(percent: float | None) -> str:
    return _BARS[min(7, int((percent or 0) / 100 * 8))]


def _lost(place: HostPlace) -> Content:
    """Why a machine is not connected, and when it is tried again."""
    state = place.link.state
    wait_s = max(0, math.ceil(state.retry_at - time.monotonic()))
    when = f"again in {wait_s} s" if wait_s else "connecting …"
    words = f"! {printable(place.name)} is not connected, {when}"
    reason = Content.styled(f"  {printable(state.reason)}", "$muted")
    return Content.styled(words, "bold $warning") + reason
