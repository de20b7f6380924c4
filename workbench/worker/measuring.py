"""How fast a plan trains here: real batches of it, and nothing kept."""

import resource
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path

from workbench.api.events import BatchesTrained, number
from workbench.api.training import SupportsDeviceMemory, SupportsPlainLoop, Trainer
from workbench.core.plan import Plan, check_plan
from workbench.core.plugins.registry import require_installed
from workbench.core.runs import EventWriter, RunFolder
from workbench.core.tasks import MeasureTask, TaskMeasured
from workbench.worker.setup import Prepared, create_trainer, load_registry, prepare_data


def measure(task: MeasureTask) -> TaskMeasured:
    """Train, test and save a plan's model for a moment. Raises :class:`UserError`."""
    registry = load_registry(task.plan)
    plan = check_plan(task.plan, registry)
    require_installed(registry.backend(plan.backend.name))
    prepared = prepare_data(plan, registry, Path(task.data_dir))
    trainer = create_trainer(plan, registry, prepared)
    trainer.start_epoch(0)
    # Once unmeasured, for what a framework does only then; the first batch apart.
    first_batch_s = _seconds(lambda: train_first(trainer, plan, 1))
    batches = min(task.batches, trainer.steps_per_epoch)
    losses = train_first(trainer, plan, batches)
    trainer.evaluate("test")
    if task.rounds and isinstance(trainer, SupportsPlainLoop):
        trainer.plain_loop(1)
    rounds = max(1, task.rounds)
    ours, plain = [], []
    for _ in range(rounds):
        if task.rounds and isinstance(trainer, SupportsPlainLoop):
            plain.append(trainer.plain_loop(batches))
        ours.append(_seconds(lambda: train_first(trainer, plan, batches)))
    with tempfile.TemporaryDirectory() as folder:
        report_s = _report_s(RunFolder(Path(folder)), prepared, losses)
        saved = Path(folder) / "checkpoint"
        saved.mkdir()
        save_s = _seconds(lambda: trainer.save(saved))
        checkpoint_bytes = sum(path.stat().st_size for path in saved.rglob("*") if path.is_file())
    return TaskMeasured(
        device=trainer.device,
        steps_per_epoch=trainer.steps_per_epoch,
        batches=batches,
        first_batch_s=first_batch_s,
        ours_s=tuple(ours),
        plain=tuple(plain),
        test_s=_seconds(lambda: trainer.evaluate("test")),
        report_s=report_s,
        save_s=save_s,
        checkpoint_bytes=checkpoint_bytes,
        memory_bytes=peak_bytes(),
        device_bytes=device_peak_bytes(trainer),
    )


def train_first(trainer: Trainer, plan: Plan, batches: int) -> list[float]:
    """Train the first batches of the epoch in one stretch, as the engine does."""
    rates = [float(plan.optimizer.options.lr)] * batches
    return list(trainer.train(range(batches), rates))


def _report_s(run: RunFolder, prepared: Prepared, losses: list[float]) -> float:
    """Seconds to write down a stretch of batches with these losses."""
    size = prepared.info.sizes["train"]
    writer = EventWriter(run)
    try:
        return _seconds(
            lambda: writer.write(
                BatchesTrained(
                    epoch=0,
                    first_batch=0,
                    losses=tuple(number(value) for value in losses),
                    step=len(losses),
                    current=size,
                    size=size,
                    learning_rate=0.0,
                    elapsed_s=0.0,
                )
            )
        )
    finally:
        writer.close()


def _seconds(work: Callable[[], object]) -> float:
    began = time.perf_counter()
    work()
    return time.perf_counter() - began


def device_peak_bytes(trainer: Trainer) -> int | None:
    """The most that was ever taken of the device's memory; ``None`` where it has none."""
    return trainer.peak_device_bytes() if isinstance(trainer, SupportsDeviceMemory) else None


def peak_bytes() -> int:
    """The most that this process ever held of the host's memory."""
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    return peak if sys.platform == "darwin" else peak * 1024  # bytes there, KiB elsewhere
