"""Training a little on a dataset of the plugin, with a model that takes it."""

import math
from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from workbench.api.data import ArraySplit, DatasetInfo, Split
from workbench.api.errors import UserError
from workbench.api.specs import BackendSpec, ModelSpec
from workbench.core.data import Loaded
from workbench.core.plugins import Contribution, Registry
from workbench.core.plugins.registry import missing_modules
from workbench.core.plugins.tracebacks import place_of
from workbench.testing.lessons import BATCH_SIZE, Lesson
from workbench.testing.registration import record_of
from workbench.testing.report import CheckTask, Notes
from workbench.testing.training import Combination, default_part, losses_by_task

_ITEMS = 2 * BATCH_SIZE


@dataclass(frozen=True)
class _First:
    """The first items of a split that is read one by one."""

    split: Split
    size: int

    def __len__(self) -> int:
        return self.size

    def __getitem__(self, index: int, /) -> tuple[Any, Any]:
        return self.split[index]

    def arrays(self) -> None:
        """They are read as the whole split would be."""


def check_use(
    registry: Registry, task: CheckTask, info: DatasetInfo, loaded: Loaded, notes: Notes
) -> None:
    """Two batches and a test on the first items, on the first backend that can."""
    subject = f"dataset {task.name}"
    splits = {name: _first(loaded.splits[name]) for name in ("train", "test")}
    sizes = {name: len(split) for name, split in splits.items()}
    lesson = Lesson(replace(info, name=task.name, sizes=sizes), splits)
    combination = next(_combinations(registry, task, lesson), None)
    if combination is None:
        notes.skip(subject, "no installed backend has a model that takes it; it was not trained.")
        return
    what = f"with the model {combination.model.name} of {combination.backend.name}"
    try:
        trainer = combination.trainer(lesson)
        steps = range(trainer.steps_per_epoch)
        trainer.start_epoch(0)
        width = np.shape(trainer.logits("test", [0]))
        losses = list(trainer.train(steps, [combination.learning_rate] * len(steps)))
        trainer.evaluate("test")
    except Exception as error:
        reason = f"{type(error).__name__}: {error} ({place_of(error)})"
        notes.find(subject, f"it can't be trained {what}: {reason}; mend what is wrong there.")
        return
    if width != (1, info.num_outputs):
        notes.find(
            subject,
            f"{what} the output for an item has the shape {width} where {(1, info.num_outputs)} "
            "belongs; the model must return (batch, dataset.num_outputs).",
        )
    elif not all(map(math.isfinite, losses)):
        notes.find(
            subject,
            f"its losses {what} are {losses}; bring its inputs, or its targets, to values near 0.",
        )


def _first(split: Split) -> Split:
    size = min(len(split), _ITEMS)
    arrays = split.arrays()
    if arrays is None:
        return _First(split, size)
    return ArraySplit(arrays[0][:size], arrays[1][:size])


def _combinations(registry: Registry, task: CheckTask, lesson: Lesson) -> Iterator[Combination]:
    """What takes the dataset: the plugin's own models go before those that plans begin with."""
    own = {getattr(item.spec, "backend", "") for item in record_of(registry, task).contributions}

    def is_foreign(item: Contribution) -> bool:
        return item.plugin != task.plugin and item.spec.name not in own

    for item in sorted(registry.contributions("backend"), key=is_foreign):
        backend = item.spec
        if not isinstance(backend, BackendSpec) or missing_modules(backend):
            continue
        losses = [loss for fits, loss in losses_by_task(backend) if fits == lesson.info.task]
        try:
            optimizer = default_part(registry, backend, "optimizer")
            models = [*_own_models(registry, backend, task)]
            models.append(default_part(registry, backend, "model"))
        except (UserError, KeyError):  # it is another plugin's to mend
            continue
        for model, options in models:
            refuse = model.refuse
            if losses and (refuse is None or refuse(lesson.info, options) is None):
                yield Combination(
                    f"dataset {task.name}",
                    backend,
                    model,
                    options,
                    *optimizer,
                    lesson.info.task,
                    losses[0],
                    (),
                )


def _own_models(
    registry: Registry, backend: BackendSpec, task: CheckTask
) -> Iterator[tuple[ModelSpec, Any]]:
    for item in registry.contributions("model", backend.name):
        if item.plugin == task.plugin and isinstance(item.spec, ModelSpec):
            yield item.spec, item.spec.options()
