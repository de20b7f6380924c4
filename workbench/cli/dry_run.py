"""What a run would take, from real batches of it."""

from workbench.cli.devices import device_lines
from workbench.cli.output import note, say
from workbench.core.config import Config
from workbench.core.devices import read_devices
from workbench.core.plan import Plan, plan_document
from workbench.core.tasks import MeasureTask, TaskMeasured, run_task
from workbench.core.units import bytes_text, duration_text

_BATCHES = 50


def forecast(plan: Plan, config: Config) -> None:
    """Train some batches and keep nothing; say what the whole plan takes."""
    note(f"{plan.title}: at most {_BATCHES} batches, of which nothing is kept")
    folder = config.runs_dir
    # Read before the trial, so that it does not count itself among the GPU's users.
    devices = read_devices(folder=folder)
    found = run_task(MeasureTask(plan_document(plan), str(config.data_dir), _BATCHES))
    assert isinstance(found, TaskMeasured)
    batch_s = found.ours_s[0] / found.batches
    say(
        f"batch       {1000 * batch_s:.3g} ms on {found.device} for {plan.data.batch_size} items; "
        f"the first took {1000 * found.first_batch_s:.3g} ms"
    )
    epoch_s = found.steps_per_epoch * batch_s + found.test_s
    say(
        f"epoch       {duration_text(epoch_s)}, with {duration_text(found.test_s)} for the test, "
        f"for {found.steps_per_epoch:,} batches"
    )
    checkpoints = _checkpoints(plan, found)
    total_s = plan.run.epochs * epoch_s + checkpoints * found.save_s
    say(
        f"whole plan  about {duration_text(total_s)} for {plan.run.epochs} epochs, "
        "without the framework's start"
    )
    say(f"memory      {bytes_text(found.memory_bytes)} of the host at most, with all data")
    most = min(checkpoints, _kept(plan, checkpoints))
    say(
        f"disk        {bytes_text(most * found.checkpoint_bytes)} for at most {most} checkpoints "
        f"of {bytes_text(found.checkpoint_bytes)}"
    )
    for line in device_lines(devices):
        if line.startswith(("disk", "memory")):
            continue
        say(line)
    if devices.disk is not None:
        free, needed = devices.disk.free_bytes, most * found.checkpoint_bytes
        too_little = "; that is too little, see `workbench clean`" if free < needed else ""
        say(f"disk free   {bytes_text(free)} for {devices.disk.folder}{too_little}")


def _checkpoints(plan: Plan, found: TaskMeasured) -> int:
    """How many a run saves; those by the minute aside."""
    policy, epochs = plan.checkpoint, plan.run.epochs
    by_epoch = epochs // policy.every_epochs if policy.every_epochs else 0
    by_batch = epochs * found.steps_per_epoch // policy.every_batches if policy.every_batches else 0
    return max(1, by_epoch + by_batch)


def _kept(plan: Plan, checkpoints: int) -> int:
    """How many are there at once: the newest, the best, and one that is being written."""
    keep_last = plan.checkpoint.keep_last
    return keep_last + 2 if keep_last else checkpoints
