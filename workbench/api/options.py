"""Options: typed fields declared once, read by the form, the command line, TOML and the docs.

An option class is a frozen dataclass whose fields are made by :func:`option`::

    @dataclass(frozen=True)
    class SgdOptions:
        lr: float = option(1e-3, help="Learning rate.", gt=0)
        nesterov: bool = option(False, help="Use Nesterov momentum.")

A field is of type ``bool``, ``int``, ``float``, ``str``, ``tuple[int, ...]``,
``tuple[float, ...]`` or ``tuple[str, ...]``, or one of those with ``| None`` and the
default ``None``.
"""

import difflib
import math
import types
import typing
from collections.abc import Iterable, Mapping
from dataclasses import MISSING, dataclass, field, fields, is_dataclass
from pathlib import Path
from typing import Annotated, Any

import msgspec

from workbench.api.errors import UserError

_METADATA_KEY = "workbench"
_SCALARS = (bool, int, float, str)
_TYPE_NAMES = {
    bool: ("true or false", "true or false"),
    int: ("a whole number", "whole numbers"),
    float: ("a number", "numbers"),
    str: ("text", "texts"),
}
_TRUE = frozenset({"true", "yes", "on", "1"})
_FALSE = frozenset({"false", "no", "off", "0"})


class OptionError(UserError):
    """An option is unknown, of the wrong type or out of bounds."""


@dataclass(frozen=True)
class OptionField:
    """One declared option, as everything that shows or checks it reads it.

    ``type`` is the scalar type (of the items when ``is_tuple``); ``ge``, ``gt``, ``le``
    and ``lt`` bound a number (each item of a tuple); ``choices`` is empty when free.
    ``is_path`` is a file or folder, which becomes absolute, so that a plan means the same
    everywhere; a plan must say one whose default is empty.
    """

    name: str
    type: type
    default: Any
    help: str
    is_tuple: bool = False
    is_optional: bool = False
    ge: float | None = None
    gt: float | None = None
    le: float | None = None
    lt: float | None = None
    choices: tuple[str, ...] = ()
    is_path: bool = False

    @property
    def type_name(self) -> str:
        """How the type is written in messages and docs, e.g. ``a list of whole numbers``."""
        one, many = _TYPE_NAMES[self.type]
        return f"a list of {many}" if self.is_tuple else one

    @property
    def bounds(self) -> str:
        """The bounds in words, e.g. ``at least 0, below 1``; empty when there are none."""
        words = (
            ("at least", self.ge),
            ("above", self.gt),
            ("at most", self.le),
            ("below", self.lt),
        )
        return ", ".join(f"{word} {_number(bound)}" for word, bound in words if bound is not None)


def _number(value: float) -> str:
    return str(int(value)) if value == int(value) and abs(value) < 1e15 else f"{value:g}"


def option(
    default: Any,
    *,
    help: str,
    ge: float | None = None,
    gt: float | None = None,
    le: float | None = None,
    lt: float | None = None,
    choices: Iterable[str] = (),
    is_path: bool = False,
) -> Any:
    """Declare a field of an option class: its default, what it does, and what it may be."""
    declared = {
        "help": help,
        "ge": ge,
        "gt": gt,
        "le": le,
        "lt": lt,
        "choices": tuple(choices),
        "is_path": is_path,
    }
    return field(default=default, metadata={_METADATA_KEY: declared})


@dataclass(frozen=True)
class NoOptions:
    """The option class of a spec that has none."""


@dataclass(frozen=True)
class AnyOptions:
    """Options that nobody declared: whatever a plan says, by name."""

    values: Mapping[str, Any]

    def __getattr__(self, name: str) -> Any:
        if name == "values" or name not in self.values:
            raise AttributeError(name)
        return self.values[name]


def option_fields(options_type: type) -> tuple[OptionField, ...]:
    """The options that a class declares, in order.

    Raises ``TypeError`` for a class that is not an option class; the message names the field.
    """
    if options_type is AnyOptions:
        return ()
    if not (isinstance(options_type, type) and is_dataclass(options_type)):
        shown = getattr(options_type, "__name__", repr(options_type))
        raise TypeError(f"{shown} is no dataclass; put @dataclass(frozen=True) above it")
    hints = typing.get_type_hints(options_type)
    return tuple(_read_field(options_type, item, hints[item.name]) for item in fields(options_type))


def _read_field(owner: type, item: Any, hint: Any) -> OptionField:
    where = f"{owner.__name__}.{item.name}"
    declared = item.metadata.get(_METADATA_KEY)
    if declared is None or item.default is MISSING:
        raise TypeError(f"{where} is not declared with option(default, help=...)")
    scalar, is_tuple, is_optional = _read_type(hint)
    if scalar not in _SCALARS:
        shown = hint.__name__ if isinstance(hint, type) else hint
        raise TypeError(
            f"{where} has the type {shown}; an option is a bool, int, float, str, or a tuple such "
            "as tuple[int, ...]"
        )
    if is_optional and item.default is not None:
        raise TypeError(f"{where} may be None, so its default must be None")
    return OptionField(
        name=item.name,
        type=scalar,
        default=item.default,
        is_tuple=is_tuple,
        is_optional=is_optional,
        **declared,
    )


def _read_type(hint: Any) -> tuple[Any, bool, bool]:
    """Split a type hint into (scalar type, is a tuple of it, may be None)."""
    is_optional = False
    if isinstance(hint, types.UnionType) or typing.get_origin(hint) is typing.Union:
        members = [member for member in typing.get_args(hint) if member is not type(None)]
        is_optional = len(members) < len(typing.get_args(hint))
        hint = members[0] if len(members) == 1 else None
    if typing.get_origin(hint) is tuple:
        arguments = typing.get_args(hint)
        is_homogeneous = len(arguments) == 2 and arguments[1] is Ellipsis
        return (arguments[0] if is_homogeneous else None), True, is_optional
    return hint, False, is_optional


def parse_options(options_type: type, values: Mapping[str, Any], *, where: str) -> Any:
    """Make an instance of an option class from plain values (as TOML gives them).

    ``where`` begins the message, e.g. ``model.`` for ``model.hidden``. Raises
    :class:`OptionError` for the first value that is unknown, mistyped or out of bounds.
    """
    if options_type is AnyOptions:
        return AnyOptions(dict(values))
    known = {item.name: item for item in option_fields(options_type)}
    for name in values:
        if name not in known:
            raise OptionError(unknown_name(f"{where}{name}", name, known, "option"))
    checked = {name: check_value(known[name], value, where=where) for name, value in values.items()}
    return options_type(**checked)


def check_value(item: OptionField, value: Any, *, where: str = "") -> Any:
    """The value as the option's type, or :class:`OptionError` saying what it must be."""
    if value is None and item.is_optional:
        return None
    if item.is_tuple and not isinstance(value, (list, tuple)):
        value = [value]
    try:
        converted = msgspec.convert(value, _msgspec_type(item))
    except msgspec.ValidationError:
        raise OptionError(_must_be(item, value, where)) from None
    numbers = converted if isinstance(converted, tuple) else (converted,)
    is_finite = all(math.isfinite(number) for number in numbers if isinstance(number, float))
    is_choice = not item.choices or all(word in item.choices for word in numbers)
    if not (is_finite and is_choice):
        raise OptionError(_must_be(item, value, where))
    if item.is_path and converted:
        return str(Path(converted).expanduser().absolute())
    return converted


def _msgspec_type(item: OptionField) -> Any:
    bounds = {"ge": item.ge, "gt": item.gt, "le": item.le, "lt": item.lt}
    given = {name: bound for name, bound in bounds.items() if bound is not None}
    scalar: Any = item.type
    if given:
        meta: Any = msgspec.Meta  # its overloads can't be matched from a mapping
        scalar = Annotated[item.type, meta(**given)]
    return tuple[scalar, ...] if item.is_tuple else scalar


def _must_be(item: OptionField, value: Any, where: str) -> str:
    wanted = " or ".join(item.choices) if item.choices else item.type_name
    bounds = f" {item.bounds}" if item.bounds else ""
    return f"{where}{item.name} must be {wanted}{bounds}, but is {_shown(value)}."


def _shown(value: Any) -> str:
    text = f'"{value}"' if isinstance(value, str) else str(value)
    return text if len(text) <= 60 else text[:57] + "..."


def parse_text(item: OptionField, text: str, *, where: str = "") -> Any:
    """The value that a person typed on the command line or in a form.

    Lists are written ``512,512`` (brackets allowed); an empty text or ``none`` is ``None``
    where that is allowed. Raises :class:`OptionError`.
    """
    text = text.strip()
    if item.is_optional and text.lower() in ("", "none"):
        return None
    if item.is_tuple:
        words = text.strip("[]()").split(",")
        values: Any = [_parse_scalar(item, word.strip()) for word in words if word.strip()]
    else:
        values = _parse_scalar(item, text)
    return check_value(item, values, where=where)


def _parse_scalar(item: OptionField, text: str) -> Any:
    """The scalar, or the text itself where it is none, for ``check_value`` to refuse."""
    if item.type is str:
        return text.strip("\"'") if item.is_tuple else text
    if item.type is bool:
        lowered = text.lower()
        return True if lowered in _TRUE else False if lowered in _FALSE else text
    try:
        return item.type(text)
    except ValueError:
        return text


def format_value(value: Any) -> str:
    """A value as :func:`parse_text` reads it."""
    if value is None:
        return "none"
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (tuple, list)):
        return ",".join(format_value(item) for item in value)
    return repr(value) if isinstance(value, float) else str(value)


def options_to_dict(options: Any) -> dict[str, Any]:
    """The options as plain values for TOML and JSON; those that are ``None`` are left out."""
    if isinstance(options, AnyOptions):
        return dict(options.values)
    found = {item.name: getattr(options, item.name) for item in option_fields(type(options))}
    return {
        name: list(value) if isinstance(value, tuple) else value
        for name, value in found.items()
        if value is not None
    }


def unknown_name(shown: str, name: str, known: Iterable[str], kind: str) -> str:
    """A sentence that refuses an unknown name and gives the nearest real one."""
    names = list(known)
    near = difflib.get_close_matches(name.lower(), names, n=1, cutoff=0.5)
    if near:
        hint = f'Did you mean "{near[0]}"?'
    elif names:
        hint = f"There are: {', '.join(names)}."
    else:
        hint = "There are none."
    return f'There is no {kind} "{shown}". {hint}'
