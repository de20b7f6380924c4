"""What the built-in launchers start."""

import os
from dataclasses import replace
from pathlib import Path

import pytest

from workbench.api import Launch
from workbench.core.plugins import load_plugins

LAUNCH = Launch(
    run=Path("/runs/quiet-otter"),
    data_dir=Path("/data"),
    worker=("python", "-m", "workbench.worker"),
    rank=("python", "-m", "workbench.worker.rank"),
    processes=2,
    restarts=3,
)


def command(name, registry, **changes):
    return registry.launcher(name).command(replace(LAUNCH, **changes))


def test_local_starts_the_worker_alone(registry):
    assert command("local", registry).arguments == LAUNCH.worker


def test_torchrun_starts_a_process_for_each_device(registry, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    found = command("torchrun", registry)
    words = found.arguments
    assert {"--nnodes=1", "--nproc-per-node=2", "--max-restarts=3"} <= set(words)
    assert words[-3:] == LAUNCH.rank
    assert int(found.environment["OMP_NUM_THREADS"]) >= 1
    assert found.environment["GLOO_SOCKET_IFNAME"].startswith("lo")


@pytest.mark.skipif(not hasattr(os, "sched_setaffinity"), reason="needs Linux")
def test_a_rank_takes_no_core_that_a_scheduler_gave_to_others(registry, monkeypatch):
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: 64)
    usable = os.sched_getaffinity(0)
    os.sched_setaffinity(0, {min(usable)})
    try:
        found = command("torchrun", registry, processes=1)
    finally:
        os.sched_setaffinity(0, usable)
    assert found.environment["OMP_NUM_THREADS"] == "1"


def test_two_runs_of_one_machine_never_meet(registry):
    first, second = (set(command("torchrun", registry).arguments) for _ in range(2))
    assert any(word.startswith("--rdzv-id=") for word in first - second)


def test_several_machines_meet_at_the_first(registry):
    found = command("torchrun", registry, nodes=2, node=1, rendezvous="box:29400")
    assert {"--nnodes=2", "--node-rank=1", "--master-addr=box", "--master-port=29400"} <= set(
        found.arguments
    )
    assert "GLOO_SOCKET_IFNAME" not in found.environment


PLUGIN = """
from workbench.api import LaunchCommand, LauncherSpec, hookimpl


def command(launch):
    return LaunchCommand(arguments=("nice", *launch.worker))


@hookimpl
def workbench_launchers():
    return [LauncherSpec(name="nice", title="Nice", description="Politely.", command=command)]
"""


def test_a_plugin_brings_a_launcher_of_its_own(tmp_path):
    path = tmp_path / "polite.py"
    path.write_text(PLUGIN)
    registry = load_plugins([path])
    assert command("nice", registry).arguments == ("nice", *LAUNCH.worker)
    assert set(registry.names("launcher")) >= {"local", "torchrun", "nice"}
