"""A run whose folder came from a machine with another device."""

from pathlib import Path

import pytest

from workbench.api.events import ModelBuilt, WarningRaised
from workbench.core.files import read_toml
from workbench.core.runs import RunFolder, overview, read_events


@pytest.fixture
def moved(workbench, runs_dir):
    """A run that was stopped by an error after an epoch, as if it had been trained on a GPU."""
    workbench("train", "--name", "one", "--set", "backend.fail_at=40", code=1)
    run = RunFolder(runs_dir / "one")
    plan = run.plan.read_text().replace('device = "auto"', 'device = "cuda:0"')
    run.plan.write_text(plan.replace("fail_at = 40", "fail_at = -1"))
    run.events.write_text(run.events.read_text().replace('"device":"cpu"', '"device":"cuda:0"'))
    return run


def warnings(run):
    return [event.message for event in read_events(run) if isinstance(event, WarningRaised)]


def test_resuming_it_says_how_to_go_on_here(moved, workbench):
    assert (
        'The device "cuda:0" is not there; this machine has cpu. `workbench resume one --device '
        "cpu` goes on with that one; the numbers then differ from those of an uninterrupted run."
    ) in workbench("resume", "one", code=2).stderr


def test_it_goes_on_with_another_device_which_is_told(moved, workbench):
    result = workbench("resume", "one", "--device", "cpu")
    assert result.stdout.endswith("Done!\n")
    assert "Trained on cuda:0 so far and on cpu from here: the numbers differ" in result.stderr
    assert [event.device for event in read_events(moved) if isinstance(event, ModelBuilt)] == [
        "cuda:0",
        "cpu",
    ]
    assert len(warnings(moved)) == 1
    assert overview(moved).device == "cuda:0, then cpu"
    assert "is completed with 2 epochs, on cuda:0, then cpu." in workbench("status", "one").stdout
    workbench("report", "one", "-o", "one.html")
    assert "<b>cuda:0, then cpu</b>device" in Path("one.html").read_text()
    # It stays there, and says no more.
    workbench("resume", "one", "--epochs", "3")
    assert overview(moved).device == "cuda:0, then cpu"
    assert len(warnings(moved)) == 1


@pytest.mark.parametrize(
    ("flags", "device", "devices"),
    [
        (("--device", "cpu"), "cpu", "1"),
        (("--device", "auto"), "auto", "1"),
        (("--device", "cuda:7"), "cuda:7", "1"),
    ],
)
def test_what_the_plan_says_then(moved, workbench, flags, device, devices):
    workbench("resume", "one", *flags, code=2 if device == "cuda:7" else 0)
    plan = read_toml(moved.plan)
    assert (plan["device"], plan["devices"]) == (device, devices)


def test_a_device_that_is_none_changes_nothing(moved, refused):
    before = moved.plan.read_bytes()
    assert "device must be auto, cpu, cuda:N or mps" in refused("resume", "one", "--device", "gpu")
    assert moved.plan.read_bytes() == before
