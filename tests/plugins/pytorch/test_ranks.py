"""Several real processes on this machine's CPU: the same numbers, one run folder, no rank lost.

Each start imports PyTorch in each process, so a few runs are shared by all assertions.
"""

import os
import signal
import subprocess
import sys
import time

import pytest

from workbench.api import commands, events
from workbench.core.checkpoints import list_checkpoints
from workbench.core.plan import check_plan, compose
from workbench.core.plugins import load_plugins
from workbench.core.runs import (
    RunFolder,
    append_command,
    create_run,
    effective_events,
    is_alive,
    launch_worker,
    overview,
    read_events,
)
from workbench.core.runs.managing import change_devices

pytest.importorskip("torch")
pytestmark = [pytest.mark.pytorch, pytest.mark.timeout(900)]

# 85 batches of 70 and one of 50 make an epoch of the sample.
CHANGES = {
    "dataset": {"name": "fashion-mnist"},
    "backend": {"name": "pytorch", "threads": 1},
    "model": {"name": "mlp", "hidden": [16]},
    "optimizer": {"name": "adam", "lr": 0.01},
    "data": {"batch_size": 70, "shuffle": True},
    "checkpoint": {"every_batches": 15, "keep_last": 0},
    "epochs": 2,
    "log_every": 10,
    "samples": 2,
    "device": "cpu",
    "restarts": 1,
}
TESTED = events.EpochTested
DEADLINE_S = 240.0


class Lab:
    def __init__(self, folder):
        self.folder = folder
        self.registry = load_plugins()
        self.workers = []

    def create(self, name, **changes):
        document = compose(compose({}, CHANGES, self.registry), changes, self.registry)
        return create_run(self.folder / "runs", check_plan(document, self.registry), name)

    def launch(self, run):
        self.workers.append(launch_worker(run, self.folder / "data"))
        return self.workers[-1]

    def wait(self, condition):
        deadline = time.monotonic() + DEADLINE_S
        while not (value := condition()):
            assert time.monotonic() < deadline, "the condition never held"
            time.sleep(0.02)
        return value


@pytest.fixture(scope="module")
def lab(tmp_path_factory):
    with pytest.MonkeyPatch.context() as patch:
        folder = tmp_path_factory.mktemp("ranks")
        patch.setenv("HOME", str(folder / "home"))
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME"):
            patch.setenv(name, str(folder / "home" / name))
        patch.setenv("WORKBENCH_OFFLINE", "1")
        made = Lab(folder)
        yield made
        for worker in made.workers:
            worker.terminate()
        for worker in made.workers:
            worker.wait(60)


@pytest.fixture(scope="module")
def one(lab):
    """The run of one process that all others are compared with."""
    run = lab.create("one")
    assert lab.launch(run).wait(DEADLINE_S) == 0
    return run


def of(run, kind):
    return [event for event in read_events(run) if isinstance(event, kind)]


def losses(run):
    return [
        float(loss)
        for event in effective_events(read_events(run))
        if isinstance(event, events.BatchesTrained)
        for loss in event.losses
    ]


def weights(run):
    import safetensors.torch

    return safetensors.torch.load_file(list_checkpoints(run)[-1].path / "model.safetensors")


def same_curve(run, one):
    assert len(losses(run)) == len(losses(one)) == 2 * 86
    assert losses(run) == pytest.approx(losses(one), rel=1e-3, abs=1e-5)
    tests = [
        [
            event
            for event in effective_events(read_events(item))
            if type(event) is events.EpochTested
        ]
        for item in (run, one)
    ]
    for ours, theirs in zip(*tests, strict=True):
        assert ours.size == theirs.size == 1000  # each item once
        assert ours.correct == pytest.approx(theirs.correct, abs=2)
        assert float(ours.loss) == pytest.approx(float(theirs.loss), rel=1e-3)


def test_two_machines_with_sharded_weights_give_the_curve_of_one_process(lab, one):
    with_rendezvous = [
        *(sys.executable, "-m", "workbench", "train", str(one.plan), "--nnodes", "2"),
        *("--rdzv", f"127.0.0.1:{free_port()}", "--set", "backend.parallel=fsdp"),
        *("--runs-dir", str(lab.folder / "runs"), "--data-dir", str(lab.folder / "data")),
    ]
    machines = [
        subprocess.Popen(
            [*with_rendezvous, "--name", "two"],
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
        )
        for _ in range(2)
    ]
    said = [machine.communicate(timeout=DEADLINE_S)[0] for machine in machines]
    assert [machine.returncode for machine in machines] == [0, 0], said
    assert sorted("Machine 1 of 2" in text for text in said) == [False, True]
    assert all("Done!" in text for text in said)

    run = RunFolder(lab.folder / "runs" / "two")
    same_curve(run, one)
    found = read_events(run)
    assert [event.seq for event in found] == list(range(len(found)))
    (built,) = of(run, events.ModelBuilt)
    assert (built.device, built.batch_size) == ("2 x cpu", 70)
    assert [place.rank for place in built.ranks] == [0, 1]
    assert len({place.pid for place in built.ranks}) == 2
    assert run.rank_log(1).is_file()
    assert weights(run).keys() == weights(one).keys()
    assert [sample.actual for sample in of(run, events.SamplesPredicted)[0].samples] == [
        sample.actual for sample in of(one, events.SamplesPredicted)[0].samples
    ]
    lab.wait(lambda: not is_alive(run))


def test_a_killed_rank_begins_again_and_a_stopped_run_goes_on_alone(lab, one):
    run = lab.create("killed", devices=2)
    append_command(run, commands.Pause(batches=40))
    worker = lab.launch(run)
    lab.wait(lambda: of(run, events.RunPaused))
    assert is_alive(run)
    assert of(run, events.RunStarted)[0].pid == worker.pid
    saved = of(run, events.CheckpointSaved)[-1]
    os.kill(of(run, events.ModelBuilt)[0].ranks[1].pid, signal.SIGKILL)

    # All begin again from the checkpoint before the pause; it is the same run, still alive.
    lab.wait(lambda: len(of(run, events.RunStarted)) == 2)
    append_command(run, commands.Pause(batches=30))
    lab.wait(lambda: len(of(run, events.RunPaused)) == 2)
    assert of(run, events.RunStarted)[1].checkpoint == saved.name
    step = of(run, events.RunPaused)[1].step
    assert step == saved.step + 30 > 40 > saved.step
    (warning,) = of(run, events.WarningRaised)
    assert "restart 1 of 1" in warning.message
    # The batches that were trained again are the same to the last digit.
    trained = [float(loss) for event in of(run, events.BatchesTrained) for loss in event.losses]
    assert losses(run)[saved.step : 40] == trained[saved.step : 40]

    append_command(run, commands.Evaluate(split="test"))
    (evaluated,) = lab.wait(lambda: of(run, events.Evaluated))
    assert (evaluated.size, evaluated.step) == (1000, step)

    # The launcher is told to end: that stops all ranks with a checkpoint.
    worker.send_signal(signal.SIGTERM)
    assert worker.wait(DEADLINE_S) == 0
    assert of(run, events.CheckpointSaved)[-1].step == step
    assert overview(run).state == "stopped"
    assert not is_alive(run)

    change_devices(run, lab.registry, devices="1")
    assert lab.launch(run).wait(DEADLINE_S) == 0
    same_curve(run, one)


def free_port():
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
