"""The hooks that a plugin may implement (pluggy, project name ``workbench``)."""

from collections.abc import Iterable
from pathlib import Path

import pluggy

from workbench.api.events import Event
from workbench.api.specs import (
    BackendSpec,
    DatasetSpec,
    FollowerSpec,
    LauncherSpec,
    ModelSpec,
    OptimizerSpec,
)

PROJECT_NAME = "workbench"

hookspec = pluggy.HookspecMarker(PROJECT_NAME)
hookimpl = pluggy.HookimplMarker(PROJECT_NAME)


@hookspec
def workbench_datasets() -> Iterable[DatasetSpec]:  # type: ignore[empty-body]
    """The datasets that this plugin offers."""


@hookspec
def workbench_models() -> Iterable[ModelSpec]:  # type: ignore[empty-body]
    """The models that this plugin offers."""


@hookspec
def workbench_optimizers() -> Iterable[OptimizerSpec]:  # type: ignore[empty-body]
    """The optimizers that this plugin offers."""


@hookspec
def workbench_backends() -> Iterable[BackendSpec]:  # type: ignore[empty-body]
    """The backends that this plugin offers."""


@hookspec
def workbench_launchers() -> Iterable[LauncherSpec]:  # type: ignore[empty-body]
    """The ways to start a run's processes that this plugin offers."""


@hookspec
def workbench_followers() -> Iterable[FollowerSpec]:  # type: ignore[empty-body]
    """The followers that this plugin offers; each follows the runs whose plan turns it on."""


@hookspec
def workbench_run_event(run: Path, event: Event) -> None:
    """Follow every run: called in its worker after each event was written.

    ``run`` is the run's folder. Calls come in order, in a thread of their own, so that one
    that waits delays no training; an exception is told once and ends nothing. What computes,
    has options or needs a library is better offered by ``workbench_followers``.
    """
