import json
import os
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.cli.checkup import Finding, examine
from workbench.cli.session import Session
from workbench.core.devices import (
    CpuReading,
    DeviceSnapshot,
    GpuProcess,
    GpuReading,
    MemoryReading,
)
from workbench.core.devices.wording import device_lines


def test_devices(workbench):
    lines = workbench("devices").stdout.splitlines()
    assert [line.split()[0] for line in lines][:3] == ["cpu", "memory", "disk"]
    assert "% busy" in lines[0] and " used of " in lines[1] and " free of " in lines[2]


def test_devices_as_json(workbench):
    found = json.loads(workbench("devices", "--json").stdout)
    assert found["cpu"]["cores"] == len(os.sched_getaffinity(0))
    assert 0 < found["memory"]["used_bytes"] < found["memory"]["total_bytes"]
    assert found["gpus"] or found["gpu_note"]


def test_a_gpu_with_and_without_its_figures():
    known = GpuReading(
        0, "Card A", 93.0, 8 * 2**30, 80 * 2**30, 61.0, 250.4, 700.0,
        (GpuProcess(4321, "python", 2**30), GpuProcess(4322, "", None)), "cuda:1",
    )  # fmt: skip
    hidden = GpuReading(1, "Card B", None, None, None, None, None, None, (), "")
    plain = replace(hidden, index=2, device="cuda:2")
    lines = device_lines(
        DeviceSnapshot(
            0.0, "box", CpuReading("Chip", 8, None, 0, 0), MemoryReading(1, 2**30), None,
            (known, hidden, plain), "",
        )
    )  # fmt: skip
    assert lines == (
        "cpu     Chip, 8 cores",
        "memory  1 bytes used of 1.0 GiB",
        "cuda:1  Card A, 93% busy, 8.0 GiB used of 80.0 GiB, 61 °C, 250 W of 700 W, "
        "the driver's GPU 0",
        "          4321 python 1.0 GiB",
        "          4322",
        "gpu1    Card B, hidden by CUDA_VISIBLE_DEVICES",
        "cuda:2  Card B",
    )


def test_doctor_finds_nothing_wrong(workbench):
    result = workbench("doctor")
    for subject in (
        "python", "textual", "plugin tiny-plugin", "backend tiny", "configuration",
        "runs folder", "data folder", "dataset tiny", "disk", "terminal",
    ):  # fmt: skip
        assert f"  {subject}: " in result.stdout
    assert "note  dataset mnist: only the small SAMPLE that is built in" in result.stdout
    found = json.loads(workbench("doctor", "--json").stdout)
    assert {"subject": "backend tiny", "state": "ok", "text": "installed"} in found


def test_doctor_finds_a_folder_that_can_not_be_written(workbench):
    result = workbench("doctor", "--runs-dir", "workbench.toml/runs", code=1)
    (line,) = [line for line in result.stdout.splitlines() if line.startswith("FAIL")]
    assert "workbench.toml/runs can't be made (Not a directory); choose another place." in line


def test_doctor_says_what_to_install(workbench, monkeypatch):
    import importlib.util

    # Only whether there is one is asked; all but torch are said to be there.
    monkeypatch.setattr(
        importlib.util, "find_spec", lambda name: None if name == "torch" else object()
    )
    (line,) = [
        line for line in workbench("doctor").stdout.splitlines() if "backend pytorch" in line
    ]
    assert line.startswith("note  backend pytorch: torch is not installed; install it with: pip")


@pytest.mark.parametrize(
    ("environment", "text"),
    [
        ({"TERM": "xterm", "COLORTERM": "truecolor"}, "xterm, 16 million colours"),
        ({"TERM": "tmux-256color"}, "tmux-256color, 256 colours"),
        ({"TERM": "linux"}, "linux, 16 colours"),
        ({"TERM": "xterm", "NO_COLOR": "1"}, "xterm, without colours (NO_COLOR is set)"),
        ({"TERM": "dumb"}, "it can't be drawn on; set TERM, or use the commands"),
    ],
)
def test_doctor_knows_the_colours_of_a_terminal(monkeypatch, environment, text):
    monkeypatch.setattr("sys.stdout.isatty", lambda: True)
    for name in ("TERM", "COLORTERM", "NO_COLOR"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    config = Session().config()
    found = examine(config, Session().registry(config))[-1]
    assert (found.subject, found.text) == ("terminal", text)


def test_doctor_warns_of_a_full_disk(monkeypatch):
    import shutil

    monkeypatch.setattr(shutil, "disk_usage", lambda path: shutil._ntuple_diskusage(100, 99, 1))
    config = Session().config()
    found = examine(config, Session().registry(config))
    assert Finding("disk", "note", "1 bytes free for the runs; that is little") in found
    assert not Path("runs/x").exists()
