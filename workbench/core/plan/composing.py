"""Laying what a person says over a preset."""

from collections.abc import Mapping
from typing import Any

from workbench.api.errors import UserError
from workbench.api.options import (
    OptionField,
    option_fields,
    parse_options,
    parse_text,
    unknown_name,
)
from workbench.core.own_code import KINDS, places
from workbench.core.plan.checking import CHOICES, TABLES, fitting_losses
from workbench.core.plan.followers import ON
from workbench.core.plan.followers import TABLE as FOLLOWERS
from workbench.core.plan.settings import RunSettings
from workbench.core.plugins import Registry
from workbench.core.plugins.record import Kind

Document = dict[str, Any]


def nest(key: str, value: Any) -> Document:
    """``nest("model.hidden", v)`` is ``{"model": {"hidden": v}}``."""
    for part in reversed(key.split(".")):
        value = {part: value}
    document: Document = value
    return document


def compose(base: Mapping[str, Any], changes: Mapping[str, Any], registry: Registry) -> Document:
    """The base document with the changes over it.

    A part that changes its name loses the base's options for it; another backend (named, or
    meant by a model or optimizer that only it has) brings its own default plan, of which the
    changes then need to say nothing.
    """
    backend = _wanted_backend(base, changes, registry)
    if backend is not None and backend != _name_of(base, "backend"):
        kept = {key: value for key, value in base.items() if key in _KEPT_ACROSS_BACKENDS}
        defaults = registry.backend(backend).default_plan
        base = _merge(_merge(kept, defaults), nest("backend.name", backend))
    for kind in CHOICES:
        changed = _name_of(changes, kind)
        if changed is not None and changed != _name_of(base, kind):
            base = {**base, kind: {}}
    return _with_fitting_loss(base, changes, _merge(base, changes), registry)


def _with_fitting_loss(
    base: Mapping[str, Any], changes: Mapping[str, Any], merged: Document, registry: Registry
) -> Document:
    """Another dataset may be of another task: then the loss is the first that fits it.

    One that fits stays, unless it was only what the task before brought.
    """
    if "loss" in changes or "dataset" not in changes:
        return merged
    losses = losses_for(merged, registry)
    earlier = losses_for({**merged, "dataset": base.get("dataset", {})}, registry)
    loss = merged.get("loss", losses[0] if losses else None)
    was_default = losses != earlier and earlier[:1] == [loss]
    if not losses or (loss in losses and not was_default):
        return merged
    return {**merged, "loss": losses[0]}


def losses_for(document: Mapping[str, Any], registry: Registry) -> list[str]:
    """The losses of the document's backend for its dataset; empty where one of them is wrong."""
    try:
        dataset = registry.dataset(_name_of(document, "dataset") or "")
        values = {key: value for key, value in document["dataset"].items() if key != "name"}
        options = parse_options(dataset.options, values, where="dataset.")
        backend = registry.backend(_name_of(document, "backend") or "")
    except UserError:
        return []
    return fitting_losses(backend, dataset.info_for(options).task)


_KEPT_ACROSS_BACKENDS = frozenset(
    {"dataset", "epochs", "seed", "device", "devices", "log_every", "samples", FOLLOWERS}
)


def _wanted_backend(
    base: Mapping[str, Any], changes: Mapping[str, Any], registry: Registry
) -> str | None:
    """The backend that the changes name or imply, else the base's."""
    named = _name_of(changes, "backend")
    if named is not None:
        return named
    backend = _name_of(base, "backend")
    kinds: tuple[Kind, ...] = ("model", "optimizer")
    for kind in kinds:
        name = _name_of(changes, kind)
        offered = registry.backends_of(kind, name) if name else ()
        if offered and backend not in offered:
            return offered[0]
    return backend


def _name_of(document: Mapping[str, Any], kind: str) -> str | None:
    table = document.get(kind)
    name = table.get("name") if isinstance(table, Mapping) else None
    return name if isinstance(name, str) else None


def _merge(base: Mapping[str, Any], over: Mapping[str, Any]) -> Document:
    merged = dict(base)
    for key, value in over.items():
        below = merged.get(key)
        is_table = isinstance(value, Mapping)
        merged[key] = (
            _merge(below if isinstance(below, Mapping) else {}, value) if is_table else value
        )
    return merged


def parse_assignment(text: str, document: Mapping[str, Any], registry: Registry) -> Document:
    """``KEY=VALUE`` as a document of that one key, its value typed as the option declares.

    ``document`` names the parts whose options the key may mean. Raises :class:`UserError`.
    """
    key, separator, value = text.partition("=")
    key = key.strip()
    if not (separator and key):
        raise UserError(f'"{text}" is not KEY=VALUE, such as model.hidden=512.')
    item = find_option(key, document, registry)
    if item is None:
        is_name = key.endswith(".name")
        return nest(key, value.strip() if is_name else _literal(value.strip()))
    parsed = parse_text(item, value, where=key.removesuffix(item.name))
    return nest(key, list(parsed) if isinstance(parsed, tuple) else parsed)


def _literal(text: str) -> Any:
    """A value that nobody declared: as TOML reads it, else the text itself."""
    import tomli

    try:
        return tomli.loads(f"value = {text}")["value"]
    except tomli.TOMLDecodeError:
        return text


def own_text(value: Any) -> str:
    """A value that nobody declared, as :func:`parse_assignment` reads it."""
    if isinstance(value, str) and value and _literal(value.strip()) == value:
        return value
    return _toml(value)


def _toml(value: Any) -> str:
    import json

    match value:
        case bool():
            return "true" if value else "false"
        case str():
            return json.dumps(value, ensure_ascii=False)
        case list() | tuple():
            return f"[{', '.join(map(_toml, value))}]"
        case Mapping():
            return (
                f"{{{', '.join(f'{_toml(key)} = {_toml(item)}' for key, item in value.items())}}}"
            )
    return str(value)


def find_option(key: str, document: Mapping[str, Any], registry: Registry) -> OptionField | None:
    """The declaration of a plan's key, ``None`` for the name of a part, e.g. ``model.name``.

    ``document`` names the parts whose options the key may mean. Raises :class:`UserError`.
    """
    table, _, name = key.rpartition(".")
    fields = {item.name: item for item in _fields_of(table, document, registry)}
    if name == "name" and table in CHOICES:
        return None
    if table in KINDS and _takes_any(table, document, registry):
        return None
    if name not in fields:
        known = [f"{table}.{field}" if table else field for field in fields]
        if key in CHOICES:
            known = [f"{key}.name"]
        raise UserError(unknown_name(key, key, known, "option"))
    return fields[name]


def _takes_any(table: str, document: Mapping[str, Any], registry: Registry) -> bool:
    """Whether a person's own function stands there, whose options nobody declared."""
    name, plugins = _name_of(document, table) or "", [item.name for item in registry.plugins]
    return name in places({table: {"name": name}}, plugins)


def _fields_of(
    table: str, document: Mapping[str, Any], registry: Registry
) -> tuple[OptionField, ...]:
    if not table:
        return option_fields(RunSettings)
    if table in TABLES:
        return option_fields(TABLES[table])
    part, _, follower = table.partition(".")
    if part == FOLLOWERS and follower:
        return (ON, *option_fields(registry.follower(follower).options))
    if table not in CHOICES:
        known = [*CHOICES, *TABLES, *(f"{FOLLOWERS}.{name}" for name in registry.names("follower"))]
        raise UserError(unknown_name(table, table, known, "table of a plan"))
    name = _name_of(document, table) or ""
    backend = _name_of(document, "backend") or ""
    if table == "dataset":
        return option_fields(registry.dataset(name).options)
    if table == "backend":
        return option_fields(registry.backend(name).options)
    find = registry.model if table == "model" else registry.optimizer
    return option_fields(find(name, backend).options)
