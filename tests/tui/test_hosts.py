"""The Hosts screen, and the interface over the runs of another machine."""

import json
import shlex
import time
from dataclasses import replace
from pathlib import Path
from typing import ClassVar

import pytest
import sshd
from textual.widgets import OptionList, Static

from workbench.core.config import load_config
from workbench.core.devices import CpuReading, DeviceSnapshot, GpuReading, MemoryReading
from workbench.core.devices.workload import Workload
from workbench.core.hosts.link import LinkState
from workbench.core.hosts.messages import LiveRun, Readings
from workbench.core.hosts.opening import HostPlace
from workbench.core.hosts.ssh import Host
from workbench.core.runs import is_alive, list_runs, overview
from workbench.tui.app import WorkbenchApp
from workbench.tui.screens.hosts import screen as hosts_screen
from workbench.tui.screens.hosts import watching
from workbench.tui.screens.menu import MenuScreen
from workbench.tui.screens.runs.details import RunDetails
from workbench.tui.session import session_for
from workbench.tui.widgets.device_bar import DeviceBar
from workbench.tui.widgets.row_list import RowList

SIZES = [(80, 24), (160, 48)]


def gpu(index):
    return GpuReading(
        index, "H100 \x1b[31m", 60.0, 40 * 2**30, 80 * 2**30, 61.0, 300.0, 700.0, (), ""
    )


def readings(name, gpus=(), runs=()):
    devices = DeviceSnapshot(
        time=0.0,
        host=name,
        cpu=CpuReading("Test processor", 32, 12.0, 0.0, 0.0),
        memory=MemoryReading(40 * 2**30, 256 * 2**30),
        disk=None,
        gpus=tuple(gpus),
        gpu_note="" if gpus else "No NVIDIA driver is installed on this machine.",
    )
    return Readings(devices, Workload((), (), None), tuple(runs))


RUNS = (
    LiveRun("quiet-otter-12", "fashion-mnist · mlp", "running", 3, 10, 0.871),
    LiveRun("bold-[b]stork[/]-3\x1b[0m", "mnist · cnn", "dreaming", 0, 0, None),
)
TOLD = {
    "gpu-box": (LinkState("connected"), readings("gpu-box", [gpu(0), gpu(1)], RUNS)),
    "user@old-box": (LinkState("connected"), readings("old-box")),
    "far-away": (LinkState("connecting"), None),
    "gone": (
        LinkState("lost", "gone can't be reached (No route to host); `ssh gone true` must work."),
        None,
    ),
}


class QuietLink:
    """What each of the machines told last."""

    ended: ClassVar[list[str]] = []

    def __init__(self, connection):
        self.name = connection.host.name
        self.state, self.readings = TOLD[self.name]
        connection.close()

    def start(self):
        pass

    def close(self):
        self.ended.append(self.name)


class QuietGlancer:
    def __init__(self, runs_dir):
        pass

    def read(self, *, with_runs):
        return readings("laptop")


@pytest.fixture
def quiet(session, monkeypatch):
    settings = replace(session.config.settings, hosts=(*TOLD, "-oProxyCommand=x"))
    session.config = replace(session.config, settings=settings)
    monkeypatch.setattr(watching, "Link", QuietLink)
    monkeypatch.setattr(hosts_screen, "Glancer", QuietGlancer)
    QuietLink.ended = []
    return WorkbenchApp(session)


def rows(app):
    return {row.key: row for row in app.screen.query_one("#hosts", RowList)._rows}


def below(app):
    return str(app.screen.query_one("#host-lines", Static).content)


async def go(app, pilot, until):
    await pilot.press("8")
    await until(pilot, lambda: app.current_mode == "hosts" and app.screen.is_composed)
    await until(pilot, lambda: "cores" in below(app))


async def move_to(app, pilot, until, name):
    keys = list(rows(app))
    app.screen.query_one("#hosts OptionList", OptionList).highlighted = keys.index(name)
    await until(pilot, lambda: app.screen.query_one("#hosts", RowList).key == name)


async def test_each_machine_has_its_row_and_its_trouble_costs_only_that(quiet, until):
    app = quiet
    async with app.run_test(size=(120, 40)) as pilot:
        await go(app, pilot, until)
        shown = rows(app)
        assert list(shown) == ["", *TOLD, "-oProxyCommand=x"]
        assert "open" in shown[""].cells[0].plain
        assert "2× 60% 80/160 GiB" in str(shown["gpu-box"].cells[3])
        assert str(shown["gpu-box"].cells[4]) == "2"
        assert "connecting" in str(shown["far-away"].cells[3])
        await move_to(app, pilot, until, "gpu-box")
        assert "epoch 4/10   87.1%" in below(app)
        assert "\x1b" not in below(app) and "bold-[b]stork[/]-3" in below(app)
        await move_to(app, pilot, until, "gone")
        assert "No route to host" in below(app)
        await move_to(app, pilot, until, "-oProxyCommand=x")
        assert "is no host" in below(app)
        await pilot.press("7")
        await until(pilot, lambda: sorted(QuietLink.ended) == sorted(TOLD))
        await pilot.press("8")
        await until(pilot, lambda: "2×" in str(rows(app)["gpu-box"].cells[3]))


async def test_the_command_of_a_machine_is_copied(quiet, until):
    app = quiet
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot, until)
        await move_to(app, pilot, until, "user@old-box")
        await pilot.press("y")
        assert app.clipboard == "workbench --host user@old-box"


@pytest.mark.parametrize("size", SIZES)
def test_how_it_looks(quiet, snap_compare, size, until):
    async def show(pilot):
        await go(pilot.app, pilot, until)
        await move_to(pilot.app, pilot, until, "gpu-box")
        await until(pilot, lambda: "H100" in below(pilot.app))

    assert snap_compare(quiet, terminal_size=size, run_before=show)


@pytest.fixture
def own_config(tmp_path):
    """The laptop's: it knows the tiny plugin too, and the box."""
    plugin = Path(sshd.__file__).parent / "tiny_plugin.py"
    settings = (
        f'hosts = ["box"]\nhost_command = {json.dumps(sshd.HOST_COMMAND)}\n'
        'default_preset = "tiny"\ndisabled_plugins = ["keras", "pytorch"]\n'
        '[presets.tiny]\nepochs = 300\nlog_every = 10\ndataset.name = "tiny"\n'
        'model.name = "linear"\noptimizer.name = "plain"\n'
        'backend = { name = "tiny", delay_s = 0.02 }\ndata.batch_size = 16\n'
    )
    Path("workbench.toml").write_text(settings)
    return load_config(runs_dir=tmp_path / "own runs", plugin_paths=(plugin,))


@pytest.fixture
def there(box, own_config):
    """A session with the runs of the box."""
    place = HostPlace(Host("box", sshd.HOST_COMMAND))
    yield session_for(own_config, False, place)
    place.close()


async def test_the_interface_here_over_the_runs_there(there, box, until):
    app = WorkbenchApp(there)

    def history():
        return app.session.history

    def bar():
        return app.screen.query_one(DeviceBar).render().plain

    async with app.run_test(size=(120, 40)) as pilot:
        await until(pilot, lambda: there.registry is not None)
        await until(pilot, lambda: bar().startswith("box  cpu"))
        await pilot.press("t")
        await until(pilot, lambda: history() is not None and history().overview.step > 0)
        (run,) = list_runs(box.runs_dir)
        assert is_alive(run) and list_runs(there.own_runs_dir) == []
        await pilot.press("p")
        await until(pilot, lambda: history().overview.state == "paused")

        box.stop()
        await until(pilot, lambda: "! box is not connected" in bar())
        await pilot.press("p")
        await until(pilot, lambda: app._notifications)
        assert "box is not connected" in next(iter(app._notifications)).message
        box.start()
        await until(pilot, lambda: bar().startswith("box  cpu"), 60)
        await pilot.press("p")
        await until(pilot, lambda: history().overview.state == "running")

        await pilot.press("s")
        await until(pilot, lambda: history().overview.state == "stopped" and not is_alive(run))
        await pilot.press("e")
        await until(pilot, lambda: "evaluated test" in "".join(line.text for line in history().log))
        await pilot.press("r")
        await until(pilot, lambda: history().samples is not None)

        await pilot.press("7")
        await until(pilot, lambda: app.current_mode == "devices" and app.screen.is_composed)
        await pilot.press("y")
        assert app.clipboard == "workbench --host box devices"
        await pilot.press("3")
        await until(pilot, lambda: app.current_mode == "checkpoints" and app.screen.is_composed)
        name = f"step-{overview(run).step:08d}"
        await until(pilot, lambda: any(name in line.text for line in lines_of(app)))
        await until(pilot, lambda: str(run.path) in details_of(app))

        await pilot.press("2")
        await until(pilot, lambda: app.current_mode == "runs" and app.screen.is_composed)
        await pilot.resize_terminal(300, 50)
        await until(pilot, lambda: str(run.path) in str(app.screen.query_one(RunDetails).render()))
        await pilot.press("m")
        await until(pilot, lambda: isinstance(app.screen, MenuScreen))
        await pilot.press("down", "y")
        repeat = shlex.join(["workbench", "--host", "box", "train", str(run.plan)])
        await until(pilot, lambda: app.clipboard == repeat)


def details_of(app):
    return str(app.screen.query_one("#checkpoint-text", Static).content)


def lines_of(app):
    return app.screen._compositor.render_strips(app.screen.size)


async def test_enter_opens_the_runs_of_a_machine(session, own_config, box, until):
    session.config = own_config
    app = WorkbenchApp(session)
    async with app.run_test(size=(80, 24)) as pilot:
        await go(app, pilot, until)
        await until(pilot, lambda: "●" in rows(app)["box"].cells[0].plain)
        await move_to(app, pilot, until, "box")
        await pilot.press("enter")
        deadline = time.monotonic() + 60
        while app.return_value is None and time.monotonic() < deadline:
            await pilot.pause(0.05)
    place = app.return_value
    assert isinstance(place, HostPlace)
    assert place.link.state.kind == "connected" and place.welcome.runs_dir == str(box.runs_dir)
    place.close()
