"""Loading a plugin alone: what it imports, how long it takes, and its specs."""

import sys
import time
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import TypeVar

import msgspec

from workbench.api.data import DatasetInfo
from workbench.api.errors import UserError
from workbench.api.options import check_value, option_fields
from workbench.api.specs import BackendSpec, DatasetSpec, FollowerSpec
from workbench.core.plugins import Contribution, PluginRecord, Registry, load_plugins
from workbench.testing.locating import installed_plugins
from workbench.testing.report import CheckTask, Notes, Report

HEAVY = (
    "torch", "torchvision", "tensorflow", "keras", "jax", "flax", "numpy", "scipy", "pandas",
    "sklearn", "pyarrow", "PIL", "transformers", "datasets",
)  # fmt: skip
"""What the interface never imports."""

_DTYPES = (
    "uint8", "float32", "float64", "float16", "bool", "int8", "int16", "int32", "int64", "uint16",
    "uint32", "uint64",
)  # fmt: skip
_SLOW_S = 0.5
SpecT = TypeVar("SpecT", DatasetSpec, FollowerSpec)


def load_only(task: CheckTask, *, others: bool = False) -> Registry:
    """The plugin alone, or with the other installed ones, whose backends it may need."""
    installed = {name for name in installed_plugins() if others and name != task.plugin}
    if task.path:
        return load_plugins((Path(task.path),), installed=installed)
    return load_plugins(installed={*installed, task.plugin})


def record_of(registry: Registry, task: CheckTask) -> PluginRecord:
    """The checked plugin's record."""
    return next(record for record in registry.plugins if record.name == task.plugin)


def spec_of(registry: Registry, task: CheckTask, kind: type[SpecT]) -> SpecT:
    """The checked spec, by the name in the task."""
    offered = (item.spec for item in record_of(registry, task).contributions)
    return next(spec for spec in offered if isinstance(spec, kind) and spec.name == task.name)


def check_registration(task: CheckTask) -> Report:
    """Load the plugin alone in this fresh process and look at what it registers."""
    notes = Notes()
    subject = f"plugin {task.plugin}"
    notes.check(subject)
    before = set(sys.modules)
    began = time.process_time()
    record = record_of(load_only(task), task)
    spent_s = time.process_time() - began
    if record.state != "loaded":
        notes.find(subject, f"it does not load: {record.error}")
        return notes.report()
    heavy = {name.partition(".")[0] for name in set(sys.modules) - before} & set(HEAVY)
    for name in sorted(heavy):
        notes.find(
            subject,
            f"it imports {name} when it is registered; import it inside the functions that a "
            "run's worker calls (build, load, create_trainer).",
        )
    if spent_s > _SLOW_S and not heavy:
        notes.find(
            subject,
            f"registering it takes {spent_s:.1f} s of computing, more than {_SLOW_S} s; move work "
            "into the functions that a run's worker calls.",
        )
    for sentence in record.deprecations:
        notes.find(subject, f"it uses what will go: {sentence}")
    if not record.contributions and not _follows_runs(task):
        notes.find(
            subject,
            "it offers nothing; write a function such as workbench_models, decorated with "
            "@hookimpl, that returns specs.",
        )
    for item in record.contributions:
        _check_spec(item, notes)
    return _with_work(notes.report(), record)


def _with_work(report: Report, record: PluginRecord) -> Report:
    offered = record.contributions
    backends = [
        item.spec.name if isinstance(item.spec, BackendSpec) else getattr(item.spec, "backend", "")
        for item in offered
    ]
    return msgspec.structs.replace(
        report,
        datasets=tuple(item.spec.name for item in offered if item.kind == "dataset"),
        backends=tuple(dict.fromkeys(name for name in backends if name)),
        followers=tuple(item.spec.name for item in offered if item.kind == "follower"),
    )


def _follows_runs(task: CheckTask) -> bool:
    return bool(load_only(task).manager.hook.workbench_run_event.get_hookimpls())


def _check_spec(item: Contribution, notes: Notes) -> None:
    subject, spec = f"{item.kind} {item.spec.name}", item.spec
    notes.check(f"the spec of the {subject}")
    for field in ("title", "description"):
        text = getattr(spec, field)
        if not (isinstance(text, str) and text.strip()) or "\n" in text:
            notes.find(subject, f"its {field} must be one line of text, but is {text!r}.")
    for problem in _option_problems(spec.options):
        notes.find(subject, problem)
    if isinstance(spec, DatasetSpec) and spec.describe is None:  # else its options make it
        for problem in info_problems(spec.info):
            notes.find(subject, problem)
    if isinstance(spec, BackendSpec):
        for problem in _backend_problems(spec):
            notes.find(subject, problem)


def _option_problems(options: type) -> Iterator[str]:
    for item in option_fields(options):
        if not item.help.strip():
            yield f"the option {item.name} has no help; say in its help what it does."
        if item.default is None:
            continue
        try:
            default = list(item.default) if item.is_tuple else item.default
            check_value(item, default)
        except UserError as error:
            yield f"the default of the option {item.name} is refused: {error}"


def info_problems(info: DatasetInfo) -> Iterator[str]:
    """What is wrong with what a dataset says of itself, in sentences."""
    dimensions = (2, 3) if info.kind == "image" else (1,)
    if len(info.shape) not in dimensions or any(side < 1 for side in info.shape):
        yield (
            f"its shape is {info.shape}; an image has (height, width) or (height, width, "
            "channels), a vector (features,)."
        )
    if info.dtype not in _DTYPES:
        yield f"its dtype is {info.dtype!r}; it must be one of {', '.join(_DTYPES)}."
    if info.task == "regression":
        if not info.targets or info.classes:
            yield "its task is regression: it must name its targets, and have no classes."
    elif len(info.classes) < 2 or len(set(info.classes)) < len(info.classes):
        yield "its classes must be at least two different names."
    elif info.task == "binary" and len(info.classes) != 2:
        yield f"its task is binary, so it must have two classes, not {len(info.classes)}."
    for split in ("train", "test"):
        if info.sizes.get(split, 0) < 1:
            yield f'its sizes must state how many items the split "{split}" has.'


def _backend_problems(spec: BackendSpec) -> Iterator[str]:
    for part in ("model", "optimizer"):
        table = spec.default_plan.get(part)
        if not (isinstance(table, Mapping) and isinstance(table.get("name"), str)):
            yield f"its default_plan must name a {part}: {{'{part}': {{'name': ...}}}}."
    if not spec.losses:
        yield "its losses are empty; state at least one LossSpec."
    elif (loss := spec.default_plan.get("loss")) not in (None, *(it.name for it in spec.losses)):
        yield f"its default_plan has the loss {loss}, which is none of its losses."
