"""From the flags of a command to a plan's document."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.api.errors import UserError
from workbench.cli.session import Session
from workbench.core.config import Config, require_trust
from workbench.core.files import read_toml
from workbench.core.own_code import code_entry, code_of, places
from workbench.core.plan import Plan, check_followers, check_plan, compose, nest, parse_assignment
from workbench.core.plugins import Registry
from workbench.core.plugins.registry import require_installed

_KEYS = {
    "dataset": "dataset.name",
    "model": "model.name",
    "optimizer": "optimizer.name",
    "backend": "backend.name",
    "batch_size": "data.batch_size",
}


@dataclass(frozen=True)
class Draft:
    """What a person asked for: the plan, its document, and what it was checked with."""

    plan: Plan
    document: dict[str, Any]
    registry: Registry


def draft(
    session: Session,
    config: Config,
    preset: str | None,
    plan: Path | None,
    flags: Mapping[str, Any],
    assignments: tuple[str, ...],
) -> Draft:
    """The checked plan of a preset or a file with the flags laid over it.

    Raises :class:`UserError`, also where its framework is not installed.
    """
    document = base_document(config, preset, plan)
    registry = load_registry(session, config, document)
    composed = with_own_code(document, lay_over(document, registry, flags, assignments), registry)
    document = with_plugins(composed, config)
    checked = check_plan(document, registry)
    require_installed(registry.backend(checked.backend.name))
    for follower in check_followers(checked.followers, registry):
        require_installed(follower)
    return Draft(checked, document, registry)


def base_document(config: Config, preset: str | None, plan: Path | None) -> dict[str, Any]:
    """The preset or the plan file that the flags are laid over. Raises :class:`UserError`."""
    if plan is None:
        return config.preset(preset or config.settings.default_preset)
    if preset is not None:
        raise UserError("Give either a plan file or --preset, not both.")
    document = config.followed(read_toml(plan))
    named = document.get("plugins")
    code = code_of(document, plan.absolute().parent)
    if code and named in (None, []):
        named = code
    elif isinstance(named, list):
        named = [*named, *code]
    if isinstance(named, list) and all(isinstance(path, str) for path in named):
        # A path in a plan starts at the plan's own folder.
        document["plugins"] = [str(plan.absolute().parent / path) for path in named]
        require_trust(plan, document["plugins"], config.plugin_paths)
    return document


def require_trusted_plugins(config: Config) -> None:
    """Raise :class:`UserError` if the configuration names plugins or followers untrusted."""
    if config.untrusted_followers and config.path and not config.untrusted_plugins:
        names = ", ".join(config.untrusted_followers)
        raise UserError(
            f"{config.path} lets followers ({names}) report of runs, and nobody has trusted its "
            f"folder: look at it, then run `workbench trust {config.path.parent}`."
        )
    if config.untrusted_plugins and config.path:
        names = ", ".join(path.name for path in config.untrusted_plugins)
        raise UserError(
            f"{config.path} names plugins ({names}), and nobody has trusted its folder: look at "
            f"them, then run `workbench trust {config.path.parent}`."
        )


def load_registry(session: Session, config: Config, document: Mapping[str, Any]) -> Registry:
    """The plugins, with those that the document names. Raises :class:`UserError`."""
    require_trusted_plugins(config)
    named = document.get("plugins")
    paths = named if isinstance(named, list) else []
    return session.registry(config, tuple(Path(path) for path in paths if isinstance(path, str)))


def lay_over(
    document: dict[str, Any],
    registry: Registry,
    flags: Mapping[str, Any],
    assignments: tuple[str, ...],
) -> dict[str, Any]:
    """The document with the flags that were given and then each ``--set``, in order."""
    changes: dict[str, Any] = {}
    for name, value in flags.items():
        if value is not None:
            table, _, key = _KEYS.get(name, name).rpartition(".")
            (changes.setdefault(table, {}) if table else changes)[key] = value
    document = compose(document, changes, registry)
    backend = flags.get("backend")
    for text in assignments:
        change = parse_assignment(text, document, registry)
        if backend is not None:
            # A model that only another backend has must not undo what --backend says.
            chosen = {"name": backend, **change.get("backend", {})}
            change, backend = {**change, "backend": chosen}, chosen["name"]
        document = compose(document, change, registry)
    return document


def with_own_code(
    base: Mapping[str, Any], document: dict[str, Any], registry: Registry
) -> dict[str, Any]:
    """The document with where the functions are imported from that the person has just named."""
    plugins = [item.name for item in registry.plugins]
    before = places(base, plugins)
    typed = [place for place in places(document, plugins) if place not in before]
    if not typed:
        return document
    named = document.get("plugins", [])
    return {**document, "plugins": [*named, *(code_entry(Path.cwd(), item) for item in typed)]}


def with_plugins(document: dict[str, Any], config: Config) -> dict[str, Any]:
    """The document with all plugin files in use, so that it can be repeated anywhere."""
    named = document.get("plugins", [])
    paths = [str(path) for path in config.plugin_paths]
    if not isinstance(named, list) or not (named or paths):
        return document
    return {**document, **nest("plugins", list(dict.fromkeys([*paths, *named])))}
