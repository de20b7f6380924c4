"""Loading each plugin guarded, so that a broken one costs only itself."""

import hashlib
import importlib.metadata
import importlib.util
import sys
import time
import warnings
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from types import ModuleType
from typing import Any

import pluggy

from workbench.api import hooks
from workbench.core.own_code import entry_parts
from workbench.core.plugins.guarding import LIMIT_S, call_within, guarded
from workbench.core.plugins.reasons import reason_of
from workbench.core.plugins.record import PluginRecord
from workbench.core.plugins.registry import Registry
from workbench.core.plugins.tracebacks import traceback_of
from workbench.core.plugins.validation import (
    PluginContractError,
    check_api_version,
    check_marks,
    contributions_of,
)

ENTRY_POINT_GROUP = "workbench"


@dataclass(frozen=True)
class _Candidate:
    """A plugin that was found and not yet imported."""

    name: str
    origin: str
    version: str
    load: Callable[[], Any]


def load_plugins(
    paths: Iterable[Path] = (),
    disabled: Iterable[str] = (),
    untrusted: Iterable[Path] = (),
    *,
    installed: Collection[str] | None = None,
    limit_s: float = LIMIT_S,
) -> Registry:
    """Load the installed plugins (``installed`` alone, if given) and those in files or folders.

    Never raises for a plugin: what is wrong with one stands in its record. Nothing of those in
    ``untrusted`` is run. A plugin that takes longer than ``limit_s`` is given up.
    """
    manager = pluggy.PluginManager(hooks.PROJECT_NAME)
    manager.add_hookspecs(hooks)
    blocked = frozenset(disabled)
    records: list[PluginRecord] = []
    files = [path for path in paths if entry_parts(str(path)) is None]
    for candidate in _candidates(files, installed):
        taken = next((item.origin for item in records if item.name == candidate.name), None)
        is_disabled = candidate.name in blocked
        records.append(_load(manager, candidate, is_disabled, taken, limit_s))
    records += [_untrusted(path) for path in untrusted]
    return Registry(tuple(records), manager)


def path_plugin_name(path: Path) -> str:
    """The name of the plugin in a file or folder."""
    return path.stem.replace("_", "-")


def _untrusted(path: Path) -> PluginRecord:
    code = entry_parts(str(path))
    return PluginRecord(
        code[1] if code else path_plugin_name(path),
        str(path),
        "",
        state="not trusted",
        error="Look at it; then `workbench trust` in the folder of the workbench.toml lets it run.",
    )


def _candidates(paths: Iterable[Path], installed: Collection[str] | None) -> Iterator[_Candidate]:
    entry_points = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    described: dict[importlib.metadata.Distribution, tuple[str, str]] = {}
    for entry_point in sorted(entry_points, key=lambda found: found.name):
        if installed is not None and entry_point.name not in installed:
            continue
        distribution = entry_point.dist
        if distribution is None:
            origin, version = entry_point.value, ""
        else:
            if distribution not in described:  # it parses its whole description each time
                metadata = distribution.metadata
                described[distribution] = metadata["Name"], metadata["Version"]
            origin, version = described[distribution]
        yield _Candidate(entry_point.name, origin, version, entry_point.load)
    for path in paths:
        yield _path_candidate(path)


def _path_candidate(path: Path) -> _Candidate:
    """A plugin in a file, or in a folder that is a package."""

    def load() -> ModuleType:
        source = path / "__init__.py" if path.is_dir() else path
        if not source.is_file():
            raise PluginContractError(f"{source} is not there; mend the path where it is named.")
        # Two plugin files of the same name stay apart: the place is part of the module's name.
        digest = hashlib.sha256(str(path.resolve()).encode()).hexdigest()[:12]
        module_name = f"workbench_plugin_{digest}"
        spec = importlib.util.spec_from_file_location(
            module_name,
            source,
            submodule_search_locations=[str(path)] if path.is_dir() else None,
        )
        if spec is None or spec.loader is None:
            raise ImportError(f"{source} is not a Python file")
        module = importlib.util.module_from_spec(spec)
        sys.modules[module_name] = module
        spec.loader.exec_module(module)
        return module

    return _Candidate(name=path_plugin_name(path), origin=str(path), version="", load=load)


def _load(
    manager: pluggy.PluginManager,
    candidate: _Candidate,
    is_disabled: bool,
    taken_by: str | None,
    limit_s: float,
) -> PluginRecord:
    def record(**found: Any) -> PluginRecord:
        return PluginRecord(candidate.name, candidate.origin, candidate.version, **found)

    if is_disabled:
        return record(state="disabled")
    if taken_by is not None:
        sentence = f'A plugin from {taken_by} is named "{candidate.name}" too; rename one of them.'
        return record(state="broken", error=sentence)
    began = time.perf_counter()
    module = None
    try:
        with guarded(), warnings.catch_warnings(record=True) as warned:
            warnings.simplefilter("always", DeprecationWarning)
            module = call_within(limit_s, candidate.load)
            check_api_version(module)
            check_marks(module)
            manager.register(module, candidate.name)
            manager.check_pending()
            contributions = call_within(
                limit_s, lambda: contributions_of(manager, module, candidate.name)
            )
    except KeyboardInterrupt:
        raise
    except BaseException as error:
        if module is not None and manager.is_registered(module):
            manager.unregister(module)
        return record(
            state="broken",
            load_time_s=time.perf_counter() - began,
            error=reason_of(error),
            traceback=traceback_of(error),
        )
    load_time_s = time.perf_counter() - began
    return record(
        state="loaded",
        load_time_s=load_time_s,
        contributions=contributions,
        deprecations=tuple(
            dict.fromkeys(
                " ".join(str(item.message).split())
                for item in warned
                if issubclass(item.category, DeprecationWarning)
            )
        ),
    )
