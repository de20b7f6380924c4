"""The Devices screen: a real worker, and GPUs that tests make up."""

from dataclasses import replace
from pathlib import Path

import pytest
from textual.widgets import OptionList, Static

from workbench.api.commands import Stop
from workbench.api.training import RankPlace
from workbench.core.devices import DiskReading, GpuProcess, GpuReading
from workbench.core.devices import workload as workload_module
from workbench.core.devices.workload import WorkerReading, Workload
from workbench.core.plan import check_plan
from workbench.core.runs import is_alive, send_command
from workbench.tui.app import WorkbenchApp
from workbench.tui.run_control import create, launch
from workbench.tui.screens.devices import DevicesScreen
from workbench.tui.screens.devices import screen as devices_screen
from workbench.tui.screens.devices.panels import core_bars, disk_words
from workbench.tui.session import Session
from workbench.tui.widgets.device_bar import describe, differs
from workbench.tui.widgets.history import area
from workbench.tui.widgets.row_list import RowList

TINY_PLUGIN = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"


def words(app, selector):
    return str(app.screen.query_one(selector, Static).content)


async def go(app, pilot, until):
    await until(pilot, lambda: app.session.registry and app.session.devices)
    await pilot.press("7")
    await until(pilot, lambda: isinstance(app.screen, DevicesScreen) and app.screen.is_composed)


def gpu(index, *processes):
    return GpuReading(
        index=index,
        name="Test GPU",
        utilisation_percent=40.0,
        memory_used_bytes=30 * 2**30,
        memory_total_bytes=80 * 2**30,
        temperature_c=61.0,
        power_w=250.0,
        power_limit_w=700.0,
        processes=processes,
        device=f"cuda:{index}",
    )


def with_gpus(session, *gpus):
    """The session of a machine with these GPUs."""
    read = session.read_devices

    def read_more(previous):
        return replace(read(previous), gpus=gpus, gpu_note="")

    made = Session(session.config, load=session.load, read_devices=read_more, now=session.now)
    made.devices.extend([read_more(None)] * 240)
    return made


@pytest.fixture
def frozen_workload(monkeypatch):
    """The same workload at each reading."""
    worker = WorkerReading("quiet-otter-12", "box", 4242, (4242, 4243), 187.0, 900 * 2**20)
    workload = Workload(
        (worker,), (25.0, 100.0, 0.0, 50.0), DiskReading("runs", 60 * 2**30, 250 * 2**30)
    )

    class Reader:
        def __init__(self, runs_dir):
            pass

        def read(self):
            return workload

    monkeypatch.setattr(workload_module, "WorkloadReader", Reader)


async def test_without_a_gpu_it_says_so_once(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot, until)
        await until(pilot, lambda: "No NVIDIA driver" in words(app, "#gpu-note"))
        await until(pilot, lambda: "disk left" in words(app, "#memory .more"))
        assert "25%" in words(app, "#cpu .figures")
        assert not app.screen.query("#gpus DevicePanel")
        option = app.screen.query_one("#workers OptionList", OptionList).get_option_at_index(0)
        assert "No run is live." in str(option.prompt)


@pytest.mark.usefixtures("end_workers")
async def test_a_live_run_comes_with_its_pid_opens_and_goes(app, session, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot, until)
        document = {**session.config.preset("slow"), "plugins": [str(TINY_PLUGIN)]}
        plan = check_plan(document, session.registry)
        run = create(session, plan, session.registry)
        launch(session, run)
        workers = app.screen.query_one("#workers", RowList)
        await until(pilot, lambda: workers.key == run.name)
        row = workers._rows[0]
        assert int(row.cells[1]) > 0 and "MiB" in row.cells[3]
        await until(pilot, lambda: app.focused is workers.query_one(OptionList))
        await pilot.press("enter")
        await until(pilot, lambda: app.current_mode == "train")
        assert app.session.history.run == run
        await pilot.press("7")
        send_command(run, Stop())
        await until(pilot, lambda: not is_alive(run))
        await until(pilot, lambda: workers.key is None)


async def test_the_live_runs_are_filtered_as_one_types(app, session, until):
    workers = tuple(
        WorkerReading(name, "box", 42, (42,), 40.0, 2**28)
        for name in ("quiet-otter-12", "warm-lark-2")
    )
    session.workload_reader = lambda: lambda: Workload(workers, (25.0,) * 8, None)
    async with app.run_test(size=(100, 30)) as pilot:
        await go(app, pilot, until)
        rows = app.screen.query_one("#workers", RowList)
        await until(pilot, lambda: len(rows._rows) == 2)
        await pilot.press("slash", *"lark")
        await until(pilot, lambda: [row.key for row in rows._rows] == ["warm-lark-2"])
        await pilot.press("x")
        await until(pilot, lambda: not rows._rows)
        assert rows.nothing == "No live run has these words."
        await pilot.press("escape")
        await until(pilot, lambda: len(rows._rows) == 2)


@pytest.mark.usefixtures("frozen_workload")
async def test_a_gpu_with_its_processes_by_run(session, until):
    processes = (
        GpuProcess(4243, "python", 29 * 2**30),
        GpuProcess(7, "other\x1b[31m", None),
    )
    app = WorkbenchApp(with_gpus(session, gpu(0, *processes), gpu(1)))
    async with app.run_test(size=(100, 30)) as pilot:
        await go(app, pilot, until)
        await until(pilot, lambda: "quiet-otter-12" in words(app, "#gpu0 .more"))
        below = words(app, "#gpu0 .more")
        assert "▸ quiet-otter-12 pid 4243 29.0 GiB" in below
        assert "pid 7" in below and "\x1b" not in below
        figures = words(app, "#gpu0 .figures")
        assert "busy 40%" in figures and "30.0/80.0 GiB" in figures
        assert "61°C" in figures and "250/700 W" in figures
        assert words(app, "#gpu1 .more") == "no process on it"
        assert not app.screen.query_one("#gpu-note").display
        row = app.screen.query_one("#workers", RowList)._rows[0]
        assert row.cells[2:] == ("187%", "900 MiB", "cuda:0 29.0 GiB")


def test_a_run_of_several_ranks_says_where_each_is():
    ranks = (
        RankPlace(rank=0, host="box", pid=4242, device="cuda:0"),
        RankPlace(rank=1, host="far", pid=7, device="cuda:1"),
    )
    row = devices_screen._row(WorkerReading("wide", "box", 4242, (4242,), 187.0, 2**20, ranks), ())
    assert str(row.cells[0]) == "● wide  rank 0 cuda:0, rank 1 cuda:1 of far"


async def test_nothing_is_read_while_another_screen_is_shown(app, until, monkeypatch):
    reads = []

    class Reader:
        def __init__(self, runs_dir):
            pass

        def read(self):
            reads.append(app.current_mode)
            return Workload((), (), None)

    monkeypatch.setattr(workload_module, "WorkloadReader", Reader)
    monkeypatch.setattr(devices_screen, "_REFRESH_S", 0.01)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot, until)
        await until(pilot, lambda: len(reads) > 3)
        await pilot.press("5")
        await until(pilot, lambda: app.current_mode == "data")
        await until(pilot, lambda: not app.workers or app.screen.is_composed)
        count = len(reads)
        await pilot.pause(0.1)
        assert len(reads) <= count + 1


def test_the_area_grows_from_the_right_two_readings_a_column():
    assert area([1.0, 0.5], 2, 1) == ["⠀" + chr(0x2800 + 0x47 + 0xA0)]
    assert area([], 3, 2) == ["⠀⠀⠀", "⠀⠀⠀"]
    assert area([1.0] * 2, 1, 2) == ["⣿", "⣿"]
    assert area([0.001, None], 1, 1) == [chr(0x2800 + 0x40)]


def test_few_cores_with_numbers_and_many_in_groups():
    assert core_bars([0.0, 99.9]).plain == "cores ▁   0%  █ 100%  "
    assert core_bars([]).plain == "cores …"
    assert core_bars([50.0] * 9).plain == "cores ▅▅▅▅▅▅▅▅ ▅"


def test_a_disk_that_is_nearly_full_has_a_sign():
    assert "!" in disk_words(DiskReading("runs", 1, 100)).plain
    assert "!" not in disk_words(DiskReading("runs", 50, 100)).plain
    assert "can't be read" in disk_words(None).plain


@pytest.mark.usefixtures("frozen_workload")
@pytest.mark.parametrize("size", [(80, 24), (160, 48)])
@pytest.mark.parametrize("gpus", [0, 2])
def test_how_it_looks(session, until, snap_compare, size, gpus):
    found = tuple(gpu(index, GpuProcess(4242 + index, "python", 2**33)) for index in range(gpus))
    app = WorkbenchApp(with_gpus(session, *found) if gpus else session)

    async def before(pilot):
        await go(app, pilot, until)
        await until(pilot, lambda: "disk left" in words(app, "#memory .more"))
        await until(pilot, lambda: not gpus or "61°C" in words(app, "#gpu1 .figures"))
        workers = app.screen.query_one("#workers", RowList)
        await until(pilot, lambda: workers.key and app.focused is workers.query_one(OptionList))

    assert snap_compare(app, terminal_size=size, run_before=before)


@pytest.mark.usefixtures("frozen_workload")
async def test_the_command_is_copied(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot, until)
        await pilot.press("y")
        assert app.clipboard == "workbench devices"


def test_the_line_of_the_devices_stays_while_the_figures_waver(session):
    shown = session.read_devices(None)
    busier = replace(shown, cpu=replace(shown.cpu, utilisation_percent=29.0))
    assert not differs(shown, busier)
    assert not differs(shown, replace(shown, memory=replace(shown.memory, used_bytes=2**32 + 9)))
    assert differs(shown, replace(shown, cpu=replace(shown.cpu, utilisation_percent=36.0)))
    assert differs(shown, replace(shown, cpu=replace(shown.cpu, utilisation_percent=None)))
    assert differs(shown, replace(shown, gpus=(gpu(0),), gpu_note=""))
    hot = replace(gpu(0), temperature_c=gpu(0).temperature_c + 3)
    assert differs(replace(shown, gpus=(gpu(0),)), replace(shown, gpus=(hot,)))


def test_of_many_gpus_the_line_says_as_much_as_fits(session):
    machine = replace(session.read_devices(None), gpus=tuple(gpu(index) for index in range(8)))
    assert describe(machine, 400).plain.count("61°C") == 8
    for width in (250, 160, 80):
        assert describe(machine, width).cell_length <= width
    assert "gpu7 ▄  40%" in describe(machine, 160).plain
    assert describe(machine, 80).plain.endswith("gpus ▄▄▄▄▄▄▄▄")
    assert describe(session.read_devices(None), 80).plain.endswith("no GPU")


@pytest.mark.usefixtures("frozen_workload")
async def test_a_run_that_is_gone_is_a_sentence(app, until):
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot, until)
        workers = app.screen.query_one("#workers", RowList)
        await until(pilot, lambda: workers.key == "quiet-otter-12")
        await until(pilot, lambda: app.focused is workers.query_one(OptionList))
        await pilot.press("enter")
        await until(
            pilot, lambda: any('no run "quiet-otter-12"' in n.message for n in app._notifications)
        )
        assert app.current_mode == "devices"
