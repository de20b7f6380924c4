"""Checking what a plugin returned before anything else sees it."""

import re
from collections.abc import Iterable
from types import FunctionType, ModuleType
from typing import Any, get_args

import pluggy

from workbench.api import hooks
from workbench.api.data import Kind as DataKind
from workbench.api.data import Task
from workbench.api.options import option_fields
from workbench.api.specs import (
    API_VERSION,
    BackendSpec,
    DatasetSpec,
    FileSource,
    FollowerSpec,
    LauncherSpec,
    LossSpec,
    ModelSpec,
    OptimizerSpec,
)
from workbench.core.plugins.record import Contribution, Kind

_SPEC_TYPES: dict[Kind, type] = {
    "dataset": DatasetSpec,
    "model": ModelSpec,
    "optimizer": OptimizerSpec,
    "backend": BackendSpec,
    "launcher": LauncherSpec,
    "follower": FollowerSpec,
}
_MARK = f"{hooks.PROJECT_NAME}_impl"
"""What pluggy's marker leaves at a function."""
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]*")


class PluginContractError(Exception):
    """A plugin breaks the contract; the message says how."""


def check_api_version(module: ModuleType) -> None:
    """Raise :class:`PluginContractError` if the plugin was written for another API version."""
    wanted = getattr(module, "WORKBENCH_API_VERSION", API_VERSION)
    if wanted != API_VERSION:
        raise PluginContractError(
            f"it is written for version {wanted} of the plugin API; this workbench has "
            f"version {API_VERSION}"
        )


def check_marks(module: ModuleType) -> None:
    """Raise :class:`PluginContractError` for a hook without its mark, which nothing would call."""
    for name, value in vars(module).items():
        is_hook = name.startswith("workbench_") and hasattr(hooks, name)
        if is_hook and isinstance(value, FunctionType) and not hasattr(value, _MARK):
            raise PluginContractError(f"its {name} is not marked; put @hookimpl above it")


def contributions_of(
    manager: pluggy.PluginManager, module: ModuleType, plugin: str
) -> tuple[Contribution, ...]:
    """Call a plugin's own hooks and check what they return.

    Raises :class:`PluginContractError`, or whatever a hook raises.
    """
    found: list[Contribution] = []
    for kind in get_args(Kind):
        hook_name = f"workbench_{kind}s"
        for implementation in getattr(manager.hook, hook_name).get_hookimpls():
            if implementation.plugin is module:
                returned = implementation.function()
                specs = _check_specs(returned, kind, hook_name)
                found.extend(Contribution(plugin, kind, spec) for spec in specs)
    _refuse_twins(found)
    return tuple(found)


def _check_specs(returned: Any, kind: Kind, hook_name: str) -> list[Any]:
    if not isinstance(returned, Iterable) or isinstance(returned, (str, bytes)):
        raise PluginContractError(
            f"{hook_name} returned {type(returned).__name__}, not specs; return a list of them"
        )
    specs = list(returned)
    for spec in specs:
        _check_spec(spec, kind, hook_name)
    return specs


def _check_spec(spec: Any, kind: Kind, hook_name: str) -> None:
    wanted = _SPEC_TYPES[kind]
    if not isinstance(spec, wanted):
        raise PluginContractError(
            f"{hook_name} returned {type(spec).__name__} where {wanted.__name__} belongs"
        )
    name = spec.name  # type: ignore[attr-defined]
    if not (isinstance(name, str) and _NAME.fullmatch(name)):
        raise PluginContractError(
            f"{hook_name} names one {name!r}; a name has a-z, 0-9, dots and dashes"
        )
    try:
        fields = option_fields(spec.options)  # type: ignore[attr-defined]
    except (TypeError, NameError) as error:
        raise PluginContractError(
            f'the options of the {kind} "{name}" are wrong: {error}'
        ) from error
    taken = "on" if kind == "follower" else "name"
    if any(item.name == taken for item in fields):
        raise PluginContractError(f'the {kind} "{name}" has an option "{taken}", which is its own')
    if kind == "optimizer" and not any(item.name == "lr" for item in fields):
        raise PluginContractError(f'the optimizer "{name}" has no option "lr"')
    if isinstance(spec, DatasetSpec):
        what = f'the dataset "{name}"'
        _check_word(spec.kind, get_args(DataKind), f"{what} is of the kind")
        _check_word(spec.task, get_args(Task), f"{what} has the task")
        _check_source(spec)
    if isinstance(spec, BackendSpec):
        _check_losses(spec)


def _check_word(word: Any, known: tuple[str, ...], said: str) -> None:
    if word not in known:
        raise PluginContractError(f"{said} {word!r}; there are: {', '.join(known)}")


def _check_losses(spec: BackendSpec) -> None:
    for loss in spec.losses:
        if not isinstance(loss, LossSpec):
            kind = type(loss).__name__
            raise PluginContractError(
                f'the backend "{spec.name}" has a {kind} among its losses where LossSpec belongs'
            )
        what = f'the loss "{loss.name}" of the backend "{spec.name}"'
        if isinstance(loss.tasks, str):
            raise PluginContractError(
                f'{what} has text as its tasks; write a tuple: ("{loss.tasks}",)'
            )
        for task in loss.tasks:
            _check_word(task, get_args(Task), f"{what} has the task")


def _check_source(spec: DatasetSpec) -> None:
    has_load = spec.load is not None
    if isinstance(spec.source, FileSource) and not has_load:
        raise PluginContractError(f'the dataset "{spec.name}" must have a load for its files')
    if not isinstance(spec.source, FileSource) and (spec.source is not None) == has_load:
        raise PluginContractError(f'the dataset "{spec.name}" must have either a source or a load')


def _refuse_twins(contributions: Iterable[Contribution]) -> None:
    """Within one plugin a name may stand once a kind (and backend, for models and optimizers)."""
    seen: set[tuple[str, str, str]] = set()
    for contribution in contributions:
        backend = getattr(contribution.spec, "backend", "")
        key = (contribution.kind, contribution.spec.name, backend)
        if key in seen:
            raise PluginContractError(f'it has two {key[0]}s named "{key[1]}"')
        seen.add(key)
