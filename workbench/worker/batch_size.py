"""Finding the batch size that a plan trains fastest with here."""

import gc
import time
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import psutil

from workbench.api.errors import UserError
from workbench.api.training import Trainer
from workbench.core.plan import Plan, check_plan
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import require_installed
from workbench.core.tasks import BatchSizeTask, BatchSizeTrial, TaskBatchSizes
from workbench.worker.explaining import is_out_of_memory
from workbench.worker.measuring import device_peak_bytes, peak_bytes, train_first
from workbench.worker.setup import Prepared, create_trainer, load_registry, prepare_data

_SMALLEST = 8
_STEPS = 4
_ROUNDS = 3
_GAIN = 1.05
"""A larger size must train so many times the items a second to be worth it."""


def find_batch_size(task: BatchSizeTask) -> TaskBatchSizes:
    """Double the size as long as it fits and trains faster. Raises :class:`UserError`.

    Two sizes in a row that bring nothing end it: one alone may be the machine's mood. The
    smallest size is chosen that is within 5% of the fastest.
    """
    registry = load_registry(task.plan)
    plan = check_plan(task.plan, registry)
    require_installed(registry.backend(plan.backend.name))
    prepared = prepare_data(plan, registry, Path(task.data_dir))
    trials: list[BatchSizeTrial] = []
    host: list[int] = []
    device, reason = "", ""
    for size in _sizes(prepared.info.sizes["train"]):
        if _is_short(host):
            reason = f"{size} might need more memory than there is"
            break
        found, device = _try(_sized(plan, size), registry, prepared, device)
        trials.append(found)
        host.append(peak_bytes())
        gc.collect()  # what the trainer held
        if not found.fits:
            reason = f"{size} needs more memory than there is"
            break
        if not _is_gaining(trials):
            reason = "larger ones train no faster"
            break
    speeds = [trial.items_per_s for trial in trials if trial.fits]
    if not speeds:
        raise UserError(f"Not even a batch of {_SMALLEST} fits into memory; take a smaller model.")
    worth = max(speeds) / _GAIN
    chosen = next(t.batch_size for t in trials if t.fits and t.items_per_s >= worth)
    return TaskBatchSizes(device, tuple(trials), chosen, reason or "that is the training split")


def _sizes(items: int) -> Iterator[int]:
    size = min(_SMALLEST, items)
    while size <= items:
        yield size
        size *= 2


def _sized(plan: Plan, size: int) -> Plan:
    return replace(plan, data=replace(plan.data, batch_size=size))


def _try(
    plan: Plan, registry: Registry, prepared: Prepared, device: str
) -> tuple[BatchSizeTrial, str]:
    size = plan.data.batch_size
    try:
        trainer = create_trainer(plan, registry, prepared)
        trainer.start_epoch(0)
        steps = min(_STEPS, trainer.steps_per_epoch)
        train_first(trainer, plan, steps)  # unmeasured, for what a framework does only then
        best_s = min(_seconds(trainer, plan, steps) for _ in range(_ROUNDS))
        items = min(steps * size, prepared.info.sizes["train"])
        memory = device_peak_bytes(trainer)
        held = peak_bytes() if memory is None else memory
        return BatchSizeTrial(size, True, items / best_s, held), trainer.device
    except Exception as error:
        if not is_out_of_memory(error):
            raise
        return BatchSizeTrial(size, False), device


def _seconds(trainer: Trainer, plan: Plan, steps: int) -> float:
    began = time.perf_counter()
    train_first(trainer, plan, steps)
    return time.perf_counter() - began


def _is_short(host: list[int]) -> bool:
    """Whether twice the size is not to be tried: where the host has too little memory it would
    not raise, but be killed. ``host`` is the most that was held of it, by trial."""
    return len(host) > 1 and psutil.virtual_memory().available <= 3 * (host[-1] - host[-2])


def _is_gaining(trials: list[BatchSizeTrial]) -> bool:
    if len(trials) < 3:
        return True
    before = max(trial.items_per_s for trial in trials[:-2])
    return max(trial.items_per_s for trial in trials[-2:]) >= _GAIN * before
