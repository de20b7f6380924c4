"""The Devices screen: each device with its last minutes."""

from collections.abc import Iterable

from textual.containers import Horizontal, Vertical
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.core.devices import DeviceSnapshot, GpuReading
from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.figures import memory_text
from workbench.tui.screens.devices.panels import DevicePanel, gpu_figures, named
from workbench.tui.screens.place import PlaceScreen


class DevicesScreen(PlaceScreen):
    """Processor and memory above, the GPUs below, or why there is none."""

    PLACE = "devices"
    CSS_PATH = "devices.tcss"

    def compose_body(self) -> Iterable[Widget]:
        """The panels."""
        with Horizontal(id="host"):
            yield DevicePanel(id="cpu")
            yield DevicePanel(id="memory")
        with Vertical(id="gpus"):
            yield Static(id="gpu-note", classes="panel", markup=False)

    def show_devices(self) -> None:
        """Show the newest readings."""
        super().show_devices()
        readings = list(self.session.devices)
        if readings:
            self._show_host(readings)
            self._show_gpus(readings)

    def _show_host(self, readings: list[DeviceSnapshot]) -> None:
        cpu, memory, disk = readings[-1].cpu, readings[-1].memory, readings[-1].disk
        busy = "–" if cpu.utilisation_percent is None else f"{cpu.utilisation_percent:.0f}%"
        self.query_one("#cpu", DevicePanel).show(
            f"Processor  {cpu.name}",
            named(("busy", busy), ("cores", str(cpu.cores))),
            (_share(reading.cpu.utilisation_percent) for reading in readings),
        )
        pairs = [("used", memory_text(memory.used_bytes, memory.total_bytes))]
        if disk is not None:
            pairs.append(("disk free", bytes_text(disk.free_bytes)))
        self.query_one("#memory", DevicePanel).show(
            "Memory",
            named(*pairs),
            (reading.memory.used_bytes / reading.memory.total_bytes for reading in readings),
        )

    def _show_gpus(self, readings: list[DeviceSnapshot]) -> None:
        note = self.query_one("#gpu-note", Static)
        newest = readings[-1]
        note.display = bool(newest.gpu_note)
        note.border_title = Content.styled("GPU", "bold")
        note.update(Content.styled(printable(newest.gpu_note), "$muted"))
        for gpu in newest.gpus:
            self._gpu_panel(gpu).show(
                f"GPU {gpu.index}  {gpu.name}",
                gpu_figures(gpu),
                [_share(_busy(reading, gpu.index)) for reading in readings],
            )

    def _gpu_panel(self, gpu: GpuReading) -> DevicePanel:
        found = self.query(f"#gpu{gpu.index}").results(DevicePanel)
        panel = next(found, None)
        if panel is None:
            panel = DevicePanel(id=f"gpu{gpu.index}")
            self.query_one("#gpus").mount(panel)
        return panel


def _busy(reading: DeviceSnapshot, index: int) -> float | None:
    return next((gpu.utilisation_percent for gpu in reading.gpus if gpu.index == index), None)


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100
