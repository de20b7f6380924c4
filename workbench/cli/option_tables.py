"""Declared options as rows of a table."""

from typing import Any

from workbench.api.options import OptionField, format_value

HEAD = ("KEY", "TYPE", "DEFAULT", "MAY BE", "WHAT IT DOES")


def option_row(field: OptionField) -> tuple[str, str, str, str, str]:
    """An option's name, type, default, bounds or choices, and help."""
    allowed = ", ".join(field.choices) or field.bounds
    kind = f"{field.type_name} or none" if field.is_optional else field.type_name
    return field.name, kind, format_value(field.default), allowed, field.help


def plain_option(field: OptionField) -> dict[str, Any]:
    """An option as ``--json`` gives it."""
    return {
        "name": field.name,
        "type": field.type.__name__,
        "is_list": field.is_tuple,
        "is_optional": field.is_optional,
        "default": field.default,
        "ge": field.ge,
        "gt": field.gt,
        "le": field.le,
        "lt": field.lt,
        "choices": field.choices,
        "help": field.help,
    }
