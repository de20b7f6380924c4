"""An application with the tiny backend, quiet devices and a clock that stands still."""

import asyncio
import base64
import contextlib
import functools
import json
import math
import os
import shutil
import signal
import time
from dataclasses import replace
from pathlib import Path

import msgspec
import pytest

from workbench.api.events import (
    BatchesTrained,
    CheckpointSaved,
    DataPrepared,
    EpochStarted,
    EpochTested,
    LossReported,
    ModelBuilt,
    RunFailed,
    RunFinished,
    RunStarted,
    Sample,
    SamplesPredicted,
)
from workbench.api.training import ModelSummary
from workbench.core.config import load_config, remember_plugins
from workbench.core.devices import CpuReading, DeviceSnapshot, MemoryReading
from workbench.core.plan import check_plan
from workbench.core.plugins import Registry, load_plugins
from workbench.core.runs import (
    RunFolder,
    RunLock,
    create_run,
    is_alive,
    launch_worker,
    list_runs,
    read_events,
)
from workbench.tui.app import WorkbenchApp
from workbench.tui.session import Session

TINY_PLUGIN = Path(__file__).parents[1] / "fakes" / "tiny_plugin.py"
NOW = 1_700_000_000.0
BUILT_IN = """
    keras pytorch followers image-folder table keras-applications torchvision-models
    torchvision-sets
""".split()
TOML = """
default_preset = "tiny"
disabled_plugins = BUILT_IN

[presets.tiny]
epochs = 3
log_every = 10
dataset.name = "tiny"
model.name = "linear"
optimizer.name = "plain"
backend.name = "tiny"
data.batch_size = 16

[presets.slow]
epochs = 50
log_every = 10
dataset.name = "tiny"
model.name = "linear"
optimizer.name = "plain"
backend = { name = "tiny", delay_s = 0.02 }
data.batch_size = 16
""".replace("BUILT_IN", json.dumps(BUILT_IN))


def quiet_devices(previous):
    return DeviceSnapshot(
        time=NOW,
        host="box",
        cpu=CpuReading("Test processor", 8, 25.0, 0.0, 0.0),
        memory=MemoryReading(4 * 2**30, 16 * 2**30),
        disk=None,
        gpus=(),
        gpu_note="No NVIDIA driver is installed on this machine.",
    )


@functools.cache
def _loaded_once():
    return load_plugins([TINY_PLUGIN], BUILT_IN)


def tiny_registry(config):
    """The tiny plugin alone, as if it took two milliseconds to load anywhere."""
    loaded = _loaded_once()
    records = tuple(
        replace(record, load_time_s=0.002, origin="tiny_plugin.py")
        for record in loaded.plugins
        if record.state != "disabled"
    )
    return Registry(records, loaded.manager)


@pytest.fixture(autouse=True)
def a_good_terminal(monkeypatch):
    """Whatever the tests run in: a terminal with colours and Unicode."""
    monkeypatch.setenv("COLORTERM", "truecolor")
    monkeypatch.setenv("TERM", "xterm-256color")
    monkeypatch.setenv("LC_ALL", "C.UTF-8")
    for name in ("NO_COLOR", "TMUX", "STY"):
        monkeypatch.delenv(name, raising=False)


@pytest.fixture
def session(tmp_path):
    Path("workbench.toml").write_text(TOML)
    config = load_config(
        runs_dir=tmp_path / "runs", data_dir=tmp_path / "data", plugin_paths=(TINY_PLUGIN,)
    )
    made = Session(config, load=tiny_registry, read_devices=quiet_devices, now=lambda: NOW + 7200)
    made.devices.extend([quiet_devices(None)] * 240)  # full, so that it looks the same later
    return made


@pytest.fixture
def app(session):
    return WorkbenchApp(session)


@pytest.fixture
def until():
    """Waits, while the application goes on, until a condition holds; fails after a deadline."""

    async def wait(pilot, condition, seconds=60.0):
        deadline = time.monotonic() + seconds
        while not (value := condition()):
            assert time.monotonic() < deadline, "the condition never held"
            await pilot.pause()
            await asyncio.sleep(0.01)
        await pilot.pause()
        return value

    return wait


@pytest.fixture
def end_workers(session):
    """Ends the workers that a test started."""
    yield
    for run in list_runs(session.config.runs_dir):
        starts = [event for event in read_events(run) if isinstance(event, RunStarted)]
        if is_alive(run) and starts:
            with contextlib.suppress(ProcessLookupError):
                os.kill(starts[-1].pid, signal.SIGKILL)


STEPS = 40


def frozen_events(epochs, end, is_sample):
    """A run of 40 batches an epoch whose losses fall along a curve; ``end`` closes it."""
    classes = ("circle", "square", "cross", "line")
    yield RunStarted(pid=1, host="box", workbench="1", python="3.11", versions={})
    yield DataPrepared(
        dataset="tiny",
        source="data folder",
        is_sample=is_sample,
        classes=classes,
        sizes={"train": 640, "test": 64},
    )
    summary = ModelSummary("LinearModel(64, 4)", (), 260, 260, ())
    yield ModelBuilt(device="cpu", steps_per_epoch=STEPS, batch_size=16, epochs=4, summary=summary)
    step = 0
    for epoch in range(epochs):
        yield EpochStarted(epoch=epoch, step=step)
        for batch in range(0, STEPS, 5):
            losses = tuple(
                0.3 + 2 * math.exp(-(step + i) / 50) + 0.1 * math.sin(7.0 * (step + i))
                for i in range(5)
            )
            step += 5
            yield BatchesTrained(
                epoch=epoch,
                first_batch=batch,
                losses=losses,
                step=step,
                current=(batch + 5) * 16,
                size=640,
                learning_rate=0.5,
                elapsed_s=0.25,
            )
            if batch % 10 == 0:
                current = (batch + 1) * 16
                yield LossReported(
                    epoch=epoch, batch=batch, step=step, loss=losses[0], current=current, size=640
                )
        yield EpochTested(
            epoch=epoch,
            step=step,
            accuracy=0.5 + 0.1 * epoch,
            loss=1.2 - 0.2 * epoch,
            correct=32,
            size=64,
            elapsed_s=0.5,
            is_best=True,
        )
        yield SamplesPredicted(
            split="test", step=step, samples=frozen_samples(classes, epoch), epoch=epoch
        )
        yield CheckpointSaved(
            name=f"step-{step:08d}",
            epoch=epoch + 1,
            batch=0,
            step=step,
            size_bytes=4096,
            reason="epoch",
        )
    if end == "completed":
        yield RunFinished(
            end="completed", step=step, last_accuracy=0.8, best_accuracy=0.8, elapsed_s=8.0
        )
    if end == "failed":
        yield RunFailed(error="The disk is full; make room.", exit_code=2, traceback="")


def frozen_samples(classes, epoch):
    return tuple(
        Sample(
            index=index,
            predicted=classes[index % 4] if (index + epoch) % 3 else classes[(index + 1) % 4],
            actual=classes[index % 4],
            confidence=0.9 - 0.05 * index,
            shape=(8, 8),
            pixels=base64.b64encode(
                bytes(200 if row // 2 == index % 4 else 20 for row in range(8) for _ in range(8))
            ).decode(),
        )
        for index in range(8)
    )


@pytest.fixture
def frozen_run(session):
    """Writes a run as a worker would have, at fixed times; a live one is held alive."""
    with contextlib.ExitStack() as held:

        def make(name, *, epochs=3, end="completed", is_sample=False, age=0):
            plan = check_plan(session.config.preset("tiny"), tiny_registry(None))
            run = create_run(session.config.runs_dir, plan, name)
            lines = [
                msgspec.json.encode(msgspec.structs.replace(event, seq=seq, time=NOW - age + seq))
                for seq, event in enumerate(frozen_events(epochs, end, is_sample))
            ]
            run.events.write_bytes(b"".join(line + b"\n" for line in lines))
            os.utime(run.plan, (NOW - age, NOW - age))
            if end == "live":
                held.enter_context(RunLock(run))
            return run

        yield make


@pytest.fixture(scope="session")
def kept_runs(tmp_path_factory):
    """Copies of the runs that ``start_tiny`` trained, by their names."""
    return tmp_path_factory.mktemp("kept-runs"), {}


@pytest.fixture
def start_tiny(session, kept_runs):
    """Has a run that was trained on the tiny backend to its end; each name is trained once."""
    folder, kept = kept_runs

    async def train(name):
        if name in kept:
            shutil.copytree(kept[name], session.config.runs_dir / name)
            remember_plugins([str(TINY_PLUGIN)])  # as if it had been trained here
            return RunFolder(session.config.runs_dir / name)
        plan = check_plan(
            {**session.config.preset("tiny"), "plugins": [str(TINY_PLUGIN)]}, tiny_registry(None)
        )
        run = create_run(session.config.runs_dir, plan, name)
        await asyncio.to_thread(launch_worker(run, session.config.data_dir).wait)
        kept[name] = shutil.copytree(run.path, folder / name)
        return run

    return train
