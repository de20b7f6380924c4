"""All that can be picked, found by name."""

import importlib.util
from dataclasses import dataclass
from typing import Any, cast

import pluggy

from workbench.api.errors import UserError
from workbench.api.options import unknown_name
from workbench.api.specs import (
    BackendSpec,
    DatasetSpec,
    FollowerSpec,
    LauncherSpec,
    ModelSpec,
    OptimizerSpec,
)
from workbench.core.own_code import KINDS, is_place, own_spec
from workbench.core.plugins.record import Contribution, Kind, PluginRecord


@dataclass(frozen=True)
class Registry:
    """The loaded plugins and their contributions.

    A contribution is found by its name, or by its qualified name (``pytorch:mlp``), which
    is needed where two plugins offer the same name.
    """

    plugins: tuple[PluginRecord, ...]
    manager: pluggy.PluginManager

    def contributions(self, kind: Kind, backend: str | None = None) -> tuple[Contribution, ...]:
        """All contributions of a kind; models and optimizers of one backend if it is given."""
        return tuple(
            item
            for plugin in self.plugins
            for item in plugin.contributions
            if item.kind == kind
            and (backend is None or getattr(item.spec, "backend", backend) == backend)
        )

    def names(self, kind: Kind, backend: str | None = None) -> tuple[str, ...]:
        """What a person writes for each contribution: its name, qualified where two share it."""
        found = self.contributions(kind, backend)
        plain = [item.spec.name for item in found]
        return tuple(
            item.qualified_name if plain.count(item.spec.name) > 1 else item.spec.name
            for item in found
        )

    def dataset(self, name: str) -> DatasetSpec:
        """The dataset of this name. Raises :class:`UserError`."""
        return cast(DatasetSpec, self._find("dataset", name))

    def model(self, name: str, backend: str) -> ModelSpec:
        """The model of this name for a backend. Raises :class:`UserError`."""
        return cast(ModelSpec, self._find("model", name, backend))

    def optimizer(self, name: str, backend: str) -> OptimizerSpec:
        """The optimizer of this name for a backend. Raises :class:`UserError`."""
        return cast(OptimizerSpec, self._find("optimizer", name, backend))

    def backend(self, name: str) -> BackendSpec:
        """The backend of this name. Raises :class:`UserError`."""
        return cast(BackendSpec, self._find("backend", name))

    def launcher(self, name: str) -> LauncherSpec:
        """The launcher of this name. Raises :class:`UserError`."""
        return cast(LauncherSpec, self._find("launcher", name))

    def follower(self, name: str) -> FollowerSpec:
        """The follower of this name. Raises :class:`UserError`."""
        return cast(FollowerSpec, self._find("follower", name))

    def backends_of(self, kind: Kind, name: str) -> tuple[str, ...]:
        """The backends for which there is a model or an optimizer of this name."""
        return tuple(
            cast(Any, item.spec).backend
            for item in self.contributions(kind)
            if name in (item.spec.name, item.qualified_name)
        )

    def _find(self, kind: Kind, name: str, backend: str | None = None) -> Any:
        matching = [
            item
            for item in self.contributions(kind, backend)
            if name in (item.spec.name, item.qualified_name)
        ]
        if len(matching) == 1:
            return matching[0].spec
        if matching:
            names = " or ".join(item.qualified_name for item in matching)
            raise UserError(f'Two plugins offer a {kind} "{name}"; write {names}.')
        plugins = {plugin.name for plugin in self.plugins}
        if kind in KINDS and is_place(name) and name.partition(":")[0] not in plugins:
            return own_spec(kind, name, backend)
        raise UserError(self._unknown(kind, name, backend))

    def _unknown(self, kind: Kind, name: str, backend: str | None) -> str:
        others = self.backends_of(kind, name)
        if backend is not None and others:
            available = ", ".join(self.names(kind, backend)) or "none"
            return (
                f'The {kind} "{name}" is for the backend {others[0]}; '
                f"the {kind}s for {backend} are: {available}."
            )
        wanted = f"{kind} for {backend}" if backend else kind
        sentence = unknown_name(name, name, self.names(kind, backend), wanted)
        broken = [plugin for plugin in self.plugins if plugin.state == "broken"]
        if len(broken) == 1:
            sentence += f" (The plugin {broken[0].name} is broken: {broken[0].error.rstrip('.')}.)"
        elif broken:
            names = ", ".join(plugin.name for plugin in broken)
            sentence += f" (Broken plugins: {names}; see `workbench plugins`.)"
        strange = [plugin.name for plugin in self.plugins if plugin.state == "not trusted"]
        if strange:
            sentence += f" (Plugins not trusted: {', '.join(strange)}; see `workbench trust`.)"
        return sentence


def missing_modules(spec: BackendSpec | FollowerSpec) -> tuple[str, ...]:
    """The modules that a backend or follower needs and that are not installed; imports none."""
    return tuple(name for name in spec.requires if not _is_installed(name))


def _is_installed(module: str) -> bool:
    # Only the package is looked for: to find a module inside it would import it.
    package = module.partition(".")[0]
    try:
        return importlib.util.find_spec(package) is not None
    except ValueError:  # a module that was put together by hand and is there
        return True


def require_installed(spec: BackendSpec | FollowerSpec) -> None:
    """Raise :class:`UserError` saying what to install if the library that it needs is missing."""
    missing = missing_modules(spec)
    if missing:
        kind = "follower" if isinstance(spec, FollowerSpec) else "backend"
        verb = "is" if len(missing) == 1 else "are"
        raise UserError(
            f"The {kind} {spec.name} needs {', '.join(missing)}, which {verb} not installed; "
            f"install it with: {spec.install}"
        )
