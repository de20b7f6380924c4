import os
import time
from pathlib import Path

import psutil
import pytest

from workbench.core.devices import CpuReading, read_devices
from workbench.core.devices import host as readings


def test_a_snapshot_has_what_the_machine_has():
    snapshot = read_devices()
    assert snapshot.cpu.name != ""
    assert snapshot.cpu.cores == len(os.sched_getaffinity(0))
    assert snapshot.memory.total_bytes == psutil.virtual_memory().total
    assert 0 < snapshot.memory.used_bytes < snapshot.memory.total_bytes
    assert 0 <= snapshot.disk.free_bytes <= snapshot.disk.total_bytes
    assert bool(snapshot.gpus) != bool(snapshot.gpu_note)


def test_utilisation_is_that_of_the_time_between():
    first = read_devices()
    assert first.cpu.utilisation_percent is None
    deadline = time.monotonic() + 30
    snapshot = read_devices(first)
    while snapshot.cpu.total_s == first.cpu.total_s and time.monotonic() < deadline:
        snapshot = read_devices(first)
    assert 0 <= snapshot.cpu.utilisation_percent <= 100


@pytest.mark.parametrize(
    ("busy_s", "total_s", "percent"),
    [(110, 1010, 100.0), (105, 1010, 50.0), (100, 1010, 0.0), (99, 1010, 0.0), (100, 1000, 12.0)],
)
def test_utilisation_from_processor_seconds(monkeypatch, busy_s, total_s, percent):
    class Times(tuple):
        idle = total_s - busy_s

    monkeypatch.setattr(psutil, "cpu_times", lambda: Times((busy_s, total_s - busy_s)))
    before = CpuReading("chip", 1, 12.0, busy_s=100, total_s=1000)
    assert readings.read_cpu(before).utilisation_percent == percent


@pytest.mark.parametrize(
    ("cores", "percent", "is_crowded"),
    [(2, 97.0, True), (2, 60.0, False), (64, 97.0, False), (64, 99.5, True), (2, None, False)],
)
def test_crowded_is_where_less_than_half_a_core_is_free(cores, percent, is_crowded):
    assert CpuReading("chip", cores, percent, 0.0, 0.0).is_crowded == is_crowded


def test_the_disk_of_a_folder_that_is_yet_to_be_made(tmp_path):
    disk = readings.read_disk(tmp_path / "a" / "b")
    assert disk.folder == str(tmp_path / "a" / "b")
    assert disk.total_bytes == readings.read_disk(tmp_path).total_bytes


def test_a_disk_that_can_not_be_read(monkeypatch):
    def fail(path):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr("shutil.disk_usage", fail)
    assert readings.read_disk(Path("/")) is None


def test_the_processors_name_on_macos(monkeypatch):
    import subprocess

    monkeypatch.setattr("platform.system", lambda: "Darwin")
    monkeypatch.setattr(readings, "_linux_cpu_name", lambda: "")
    answer = subprocess.CompletedProcess([], 0, stdout="Apple M4\n")
    monkeypatch.setattr("subprocess.run", lambda *args, **more: answer)
    readings.cpu_name.cache_clear()
    try:
        assert readings.cpu_name() == "Apple M4"
    finally:
        readings.cpu_name.cache_clear()
