"""A device's panel: its figures over its history."""

from collections.abc import Sequence
from dataclasses import dataclass

from textual.app import ComposeResult
from textual.containers import Vertical
from textual.content import Content
from textual.widgets import Static

from workbench.core.devices import DiskReading, GpuReading
from workbench.core.devices.workload import Workload
from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.figures import memory_text
from workbench.tui.widgets.history import History

_BARS = "▁▂▃▄▅▆▇█"
_GROUP = 8
_FEW_CORES = 4
_LITTLE = 0.05


@dataclass(frozen=True)
class Shown:
    """What a panel shows; ``shares`` from 0 to 1."""

    title: str
    figures: Content
    shares: Sequence[float | None]
    more: Content


class DevicePanel(Vertical):
    """One device; ``ink`` is the theme's colour of its history."""

    def __init__(self, ink: str = "primary", id: str | None = None) -> None:
        super().__init__(id=id, classes="panel")
        self._ink = ink
        self._shown: Shown | None = None
        self._is_ready = False

    def compose(self) -> ComposeResult:
        """The figures, the history and what belongs to it."""
        yield Static(classes="figures", markup=False)
        yield History(self._ink)
        yield Static(classes="more", markup=False)

    def on_mount(self) -> None:
        """Show what was given before there was anything to show it in."""
        self._is_ready = True
        if self._shown is not None:
            self.show(self._shown)

    def show(self, shown: Shown) -> None:
        """Show the newest figures, the history, and the lines below it."""
        self._shown = shown
        if not self._is_ready:
            return
        self.border_title = Content.styled(printable(shown.title), "bold")
        self.query_one(".figures", Static).update(shown.figures)
        self.query_one(History).show(shown.shares)
        self.query_one(".more", Static).update(shown.more)


def gpu_figures(gpu: GpuReading) -> Content:
    """A GPU's newest figures in a line."""
    parts = []
    if gpu.utilisation_percent is not None:
        parts.append(named(("busy", f"{gpu.utilisation_percent:.0f}%")))
    if gpu.memory_used_bytes is not None and gpu.memory_total_bytes:
        used = memory_text(gpu.memory_used_bytes, gpu.memory_total_bytes)
        parts.append(named(("memory", used)))
    if gpu.temperature_c is not None:
        parts.append(Content.styled(f"{gpu.temperature_c:.0f}°C", "bold"))
    if gpu.power_w is not None:
        limit = f"/{gpu.power_limit_w:.0f}" if gpu.power_limit_w else ""
        parts.append(Content.styled(f"{gpu.power_w:.0f}{limit} W", "bold"))
    return Content("   ").join(parts or [Content.styled("its driver tells nothing", "$muted")])


def gpu_processes(gpu: GpuReading, workload: Workload | None) -> Content:
    """The processes on a GPU, those of runs by the run's name."""
    if not gpu.processes:
        return Content.styled("no process on it", "$muted")
    parts = []
    for process in gpu.processes:
        run = workload.run_of(process.pid) if workload is not None else None
        name = run or process.name or "another process"
        memory = process.memory_used_bytes
        size = f" {bytes_text(memory)}" if memory is not None else ""
        parts.append(
            Content.assemble(
                ("▸ " if run else "", "$accent"),
                (printable(name), "bold" if run else ""),
                (f" pid {process.pid}{size}", "$muted"),
            )
        )
    return Content("   ").join(parts)


def core_bars(percents: Sequence[float]) -> Content:
    """A bar for each core; with its number where they are few, else eight in a group."""
    if not percents:
        return Content.styled("cores …", "$muted")
    bars = [_BARS[min(7, int(percent / 100 * 8))] for percent in percents]
    parts = [Content.styled("cores ", "$muted")]
    if len(bars) <= _FEW_CORES:
        for bar, percent in zip(bars, percents, strict=True):
            parts += [Content.styled(bar, "$primary"), Content(f"{percent:4.0f}%  ")]
        return Content("").join(parts)
    groups = ["".join(bars[at : at + _GROUP]) for at in range(0, len(bars), _GROUP)]
    return Content("").join([*parts, Content.styled(" ".join(groups), "$primary")])


def disk_words(disk: DiskReading | None) -> Content:
    """What is left in the runs folder; a sign where that is little."""
    if disk is None:
        return Content.styled("the disk of the runs can't be read", "$muted")
    words = f"{bytes_text(disk.free_bytes)} of {bytes_text(disk.total_bytes)}"
    if disk.free_bytes < _LITTLE * disk.total_bytes:
        return Content.assemble(("disk left ", "$muted"), (f"! {words}", "bold $warning"))
    return Content.assemble(("disk left ", "$muted"), (words, "bold"))


def named(*pairs: tuple[str, str]) -> Content:
    """Names with values, in a line."""
    return Content("   ").join(
        Content.assemble((f"{name} ", "$muted"), (value, "bold")) for name, value in pairs
    )
