"""The Devices screen: each device with its last minutes, and what the runs take of it."""

from collections.abc import Iterable, Sequence
from typing import ClassVar

from textual import on
from textual.binding import Binding, BindingType
from textual.containers import Horizontal, Vertical, VerticalScroll
from textual.content import Content
from textual.widget import Widget
from textual.widgets import Static

from workbench.api.training import RankPlace
from workbench.core.devices import DeviceSnapshot, GpuReading
from workbench.core.devices.workload import WorkerReading, Workload
from workbench.core.runs import RunFolder
from workbench.core.text import printable
from workbench.core.units import bytes_text
from workbench.tui.command_line import copy_command
from workbench.tui.figures import memory_text
from workbench.tui.screens.devices.panels import (
    DevicePanel,
    Shown,
    core_bars,
    disk_words,
    gpu_figures,
    gpu_processes,
    named,
)
from workbench.tui.screens.filter_line import FilterField, FilterLine, has_words
from workbench.tui.screens.place import PlaceScreen
from workbench.tui.session import ReadWorkload
from workbench.tui.widgets.row_list import Column, Row, RowList

_REFRESH_S = 1.0
_NOTHING = "No run is live."
_COLUMNS = (
    Column("run", 0),
    Column("pid", 8, "right"),
    Column("cpu", 6, "right"),
    Column("memory", 10, "right"),
    Column("gpu memory", 18, "right", rank=1),
)


class DevicesScreen(PlaceScreen):
    """Processor and memory above, then the GPUs or why there is none, then the live runs."""

    PLACE = "devices"
    CSS_PATH = "devices.tcss"
    AUTO_FOCUS = "#workers OptionList"
    BINDINGS: ClassVar[list[BindingType]] = [
        Binding("h", "app.go('hosts')", "hosts", id="devices.hosts", tooltip="Several machines."),
        Binding("slash", "filter", "filter", key_display="/", id="devices.filter",
                tooltip="Show only the live runs that have what you type."),
        Binding("y", "copy", "copy", id="devices.copy", tooltip="Copy the command."),
    ]  # fmt: skip

    def __init__(self) -> None:
        super().__init__()
        self._reader: ReadWorkload | None = None
        self._workload: Workload | None = None
        self._is_reading = False
        self._words: list[str] = []

    def compose_body(self) -> Iterable[Widget]:
        """The panels."""
        with Horizontal(id="host"):
            yield DevicePanel(id="cpu")
            yield DevicePanel("secondary", id="memory")
        yield Static(id="gpu-note", classes="panel", markup=False)
        yield VerticalScroll(id="gpus")
        with Vertical(id="workers-panel", classes="panel") as workers:
            workers.border_title = Content.styled("Live runs", "bold")
            yield RowList(_COLUMNS, _NOTHING, id="workers")
            yield FilterLine()

    def on_mount(self) -> None:
        """Read the workload each second."""
        self._reader = self.session.workload_reader()
        self.set_interval(_REFRESH_S, self._read)

    def on_screen_resume(self) -> None:
        """Read it at once."""
        super().on_screen_resume()
        self._read()

    def _read(self) -> None:
        reader = self._reader
        if reader is None or self._is_reading or not self.is_current:
            return
        self._is_reading = True
        self.in_thread(reader, self._take, "workload")

    def complain(self, sentence: str) -> None:
        """Show an error, and read again later."""
        self._is_reading = False
        super().complain(sentence)

    def _take(self, workload: Workload) -> None:
        self._is_reading = False
        self._workload = workload
        self.show_devices()

    def show_devices(self) -> None:
        """Show the newest readings."""
        super().show_devices()
        readings = list(self.session.devices)
        if readings:
            self._show_host(readings)
            self._show_gpus(readings)
        if self._workload is not None:
            gpus = readings[-1].gpus if readings else ()
            rows = [_row(worker, gpus) for worker in self._workload.workers]
            self._show_workers([row for row in rows if matches(row, self._words)])

    def _show_workers(self, rows: list[Row]) -> None:
        found = self.query_one("#workers", RowList)
        found.nothing = "No live run has these words." if self._words else _NOTHING
        found.show(rows)

    def action_filter(self) -> None:
        """Begin to type what the runs must have."""
        self.query_one(FilterLine).open()

    @on(FilterLine.Typed)
    def _filter(self, event: FilterLine.Typed) -> None:
        self._words = event.words.lower().split()
        self.show_devices()

    @on(FilterField.Left)
    def _leave_filter(self) -> None:
        self.query_one("#workers OptionList").focus()

    def action_leave(self) -> None:
        """Show all again, and go back to the list."""
        self.query_one(FilterLine).close()
        self._leave_filter()

    def _show_host(self, readings: list[DeviceSnapshot]) -> None:
        cpu, memory, workload = readings[-1].cpu, readings[-1].memory, self._workload
        busy = "–" if cpu.utilisation_percent is None else f"{cpu.utilisation_percent:.0f}%"
        waiting = Content.styled("…", "$muted")
        self.query_one("#cpu", DevicePanel).show(
            Shown(
                f"Processor  {cpu.name}",
                named(("busy", busy), ("cores", str(cpu.cores))),
                [_share(reading.cpu.utilisation_percent) for reading in readings],
                core_bars(workload.core_percents) if workload else waiting,
            )
        )
        self.query_one("#memory", DevicePanel).show(
            Shown(
                "Memory",
                named(("used", memory_text(memory.used_bytes, memory.total_bytes))),
                [reading.memory.used_bytes / reading.memory.total_bytes for reading in readings],
                disk_words(workload.disk) if workload else waiting,
            )
        )

    def _show_gpus(self, readings: list[DeviceSnapshot]) -> None:
        newest = readings[-1]
        note = self.query_one("#gpu-note", Static)
        note.display = bool(newest.gpu_note)
        note.border_title = Content.styled("GPU", "bold")
        note.update(Content.styled(printable(newest.gpu_note), "$muted"))
        for gpu in newest.gpus:
            self._gpu_panel(gpu).show(
                Shown(
                    f"{gpu.number}  {gpu.name}",
                    gpu_figures(gpu),
                    [_share(_busy(reading, gpu.index)) for reading in readings],
                    gpu_processes(gpu, self._workload),
                )
            )

    def _gpu_panel(self, gpu: GpuReading) -> DevicePanel:
        found = self.query(f"#gpu{gpu.index}").results(DevicePanel)
        panel = next(found, None)
        if panel is None:
            panel = DevicePanel(id=f"gpu{gpu.index}")
            self.query_one("#gpus").mount(panel)
        return panel

    @on(RowList.Chosen, "#workers")
    def _open(self, event: RowList.Chosen) -> None:
        """Open the run on Train; it may be gone since the last look, or yet to come from afar."""
        run = RunFolder(self.session.config.runs_dir / event.key)
        if not run.plan.is_file():
            self.complain(f'There is no run "{run.name}" here now.')
            return
        self.workbench.open_run(run)
        self.workbench.action_go("train")

    def action_copy(self) -> None:
        """Copy the command that shows the devices in a shell."""
        copy_command(self.app, "workbench devices")


def matches(row: Row, words: Sequence[str]) -> bool:
    """Whether each word is somewhere in the row."""
    return has_words(" ".join(map(str, row.cells)), words)


def _row(worker: WorkerReading, gpus: tuple[GpuReading, ...]) -> Row:
    busy = "–" if worker.cpu_percent is None else f"{worker.cpu_percent:.0f}%"
    on_gpus = [
        (gpu, process.memory_used_bytes or 0)
        for gpu in gpus
        for process in gpu.processes
        if process.pid in worker.pids
    ]
    used = ", ".join(f"{gpu.device or gpu.number} {bytes_text(size)}" for gpu, size in on_gpus)
    places = ", ".join(_place(rank, worker.host) for rank in worker.ranks)
    name = Content.styled(f"● {printable(worker.run)}", "bold $success")
    is_here = bool(worker.pids)
    return Row(
        worker.run,
        (
            name + Content.styled(f"  {places}", "$muted") if places else name,
            str(worker.pid) if is_here else printable(worker.host),
            busy if is_here else "",
            bytes_text(worker.memory_bytes) if is_here else "",
            used or Content.styled("none", "$muted"),
        ),
    )


def _place(rank: RankPlace, host: str) -> str:
    """A rank and its device, with the machine if that is another than the run's."""
    elsewhere = "" if rank.host == host else f" of {rank.host}"
    return printable(f"rank {rank.rank} {rank.device}{elsewhere}")


def _busy(reading: DeviceSnapshot, index: int) -> float | None:
    return next((gpu.utilisation_percent for gpu in reading.gpus if gpu.index == index), None)


def _share(percent: float | None) -> float | None:
    return None if percent is None else percent / 100
