"""What a run would take, from real batches of it: the pre-flight before a start."""

import threading
from pathlib import Path

from workbench.core.devices import DeviceSnapshot, read_devices
from workbench.core.devices.wording import device_lines
from workbench.core.plan import Plan, plan_document
from workbench.core.tasks import MeasureTask, TaskMeasured, run_task
from workbench.core.units import bytes_text, duration_text

BATCHES = 50
"""At most so many batches are trained, and nothing of them is kept."""


def forecast(
    plan: Plan, data_dir: Path, runs_dir: Path, unwanted: threading.Event | None = None
) -> tuple[str, ...]:
    """Train some batches in a process of its own; what the whole plan takes, in lines.

    The process is killed once that is ``unwanted``.

    Raises :class:`~workbench.api.errors.WorkbenchError`.
    """
    # Read before the trial, so that it does not count itself among the GPU's users.
    devices = read_devices(folder=runs_dir)
    found = run_task(MeasureTask(plan_document(plan), str(data_dir), BATCHES), unwanted)
    assert isinstance(found, TaskMeasured)
    lines: list[str] = []
    batch_s = found.ours_s[0] / found.batches
    lines.append(
        f"batch       {_ms(batch_s)} on {found.device} for {plan.data.batch_size} items; "
        f"the first took {_ms(found.first_batch_s)}"
    )
    epoch_s = found.steps_per_epoch * batch_s + found.test_s
    lines.append(
        f"epoch       {duration_text(epoch_s)}, with {duration_text(found.test_s)} for the test, "
        f"for {found.steps_per_epoch:,} batches"
    )
    checkpoints = _checkpoints(plan, found)
    total_s = plan.run.epochs * epoch_s + checkpoints * found.save_s
    lines.append(
        f"whole plan  about {duration_text(total_s)} for {plan.run.epochs} epochs, "
        "without the framework's start"
    )
    lines.append(f"memory      {bytes_text(found.memory_bytes)} of the host at most, with all data")
    if found.device_bytes is not None:
        lines.append(_device_memory(found.device, found.device_bytes, devices))
    most = min(checkpoints, _kept(plan, checkpoints))
    lines.append(
        f"disk        {bytes_text(most * found.checkpoint_bytes)} for at most {most} checkpoints "
        f"of {bytes_text(found.checkpoint_bytes)}"
    )
    for line in device_lines(devices):
        if line.startswith(("disk", "memory")):
            continue
        name, _, words = line.partition(" ")
        lines.append(f"{name:<11} {words.strip()}" if words and name else line)
    if devices.disk is not None:
        free, needed = devices.disk.free_bytes, most * found.checkpoint_bytes
        too_little = "; that is too little, see `workbench clean`" if free < needed else ""
        lines.append(f"disk free   {bytes_text(free)} for {devices.disk.folder}{too_little}")
    return tuple(lines)


def _device_memory(device: str, used: int, devices: DeviceSnapshot) -> str:
    """What the plan takes of a GPU, and what was free there."""
    line = f"            {bytes_text(used)} of {device} at most, with all data"
    gpu = next((gpu for gpu in devices.gpus if gpu.device == device), None)
    if gpu is None or gpu.memory_used_bytes is None or gpu.memory_total_bytes is None:
        return line
    free = gpu.memory_total_bytes - gpu.memory_used_bytes
    return f"{line}; {bytes_text(free)} of {bytes_text(gpu.memory_total_bytes)} were free"


def _ms(seconds: float) -> str:
    """Milliseconds with three digits, or all before the point."""
    return f"{1000 * seconds:.0f} ms" if seconds >= 0.1 else f"{1000 * seconds:.3g} ms"


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
