"""A plugin as plain values for JSON."""

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from workbench.core.plugins import Contribution, PluginRecord


def plain_plugin(record: "PluginRecord") -> dict[str, Any]:
    """The plugin with all that it offers."""
    return {
        "name": record.name,
        "state": record.state,
        "version": record.version,
        "origin": record.origin,
        "load_time_s": record.load_time_s,
        "error": record.error,
        "traceback": record.traceback,
        "deprecations": list(record.deprecations),
        "offers": [plain_offer(item) for item in record.contributions],
    }


def plain_offer(item: "Contribution") -> dict[str, Any]:
    """One of the things that a plugin offers, with its options."""
    from workbench.api.options import option_fields
    from workbench.cli.option_tables import plain_option

    return {
        "kind": item.kind,
        "name": item.spec.name,
        "qualified_name": item.qualified_name,
        "backend": getattr(item.spec, "backend", None),
        "title": item.spec.title,
        "description": item.spec.description,
        "options": [plain_option(field) for field in option_fields(item.spec.options)],
    }
