"""A device's panel: a line of figures over its history."""

from collections.abc import Iterable

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.core.devices import GpuReading
from workbench.core.text import printable
from workbench.tui.figures import memory_text
from workbench.tui.widgets.chart import Axes, Dense, LineChart, Series


class DevicePanel(Vertical):
    """One device."""

    def __init__(self, id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")

    def compose(self) -> ComposeResult:
        """The figures and the chart."""
        yield Static(markup=False)
        yield LineChart("")

    def show(self, title: str, figures: Content, shares: Iterable[float | None]) -> None:
        """Show the newest figures, and the history as shares from 0 to 1."""
        self.border_title = Content.styled(printable(title), "bold")
        self.query_one(Static).update(figures)
        series = Series(share or 0.0 for share in shares)
        minutes = max(1, -(-len(series) // 60))
        axes = Axes(60 * minutes, 60, "min", percent=True, full=True)
        curves = (Dense(series, "band", filled=True), Dense(series, "primary"))
        self.query_one(LineChart).show(curves, axes)


def gpu_figures(gpu: GpuReading) -> Content:
    """A GPU's newest figures in a line."""
    parts: list[tuple[str, str]] = []
    if gpu.utilisation_percent is not None:
        parts.append(("busy", f"{gpu.utilisation_percent:.0f}%"))
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes:
        parts.append(("memory", memory_text(gpu.memory_used_bytes, gpu.memory_total_bytes)))
    if gpu.temperature_c is not None:
        parts.append(("temperature", f"{gpu.temperature_c:.0f}°C"))
    if gpu.power_w is not None:
        limit = f"/{gpu.power_limit_w:.0f}" if gpu.power_limit_w else ""
        parts.append(("power", f"{gpu.power_w:.0f}{limit} W"))
    names = ", ".join(f"{process.name or '?'} ({process.pid})" for process in gpu.processes)
    if names:
        parts.append(("processes", printable(names)))
    return named(*parts)


def named(*pairs: tuple[str, str]) -> Content:
    """Names with values, in a line."""
    return Content("   ").join(
        Content.assemble((f"{name} ", "$muted"), (value, "bold")) for name, value in pairs
    )
