"""Functions of the core that work where their run is, be it on another machine.

A :func:`done_there` function is called as ever. If one of its arguments lies in the copy of
another machine's folder, it is called on that machine instead, and what it returns there or
raises comes back. Arguments and results travel as JSON, read by the function's own types.
"""

import contextlib
import functools
import importlib
import inspect
import typing
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any, ParamSpec, Protocol, TypeVar

import msgspec

from workbench.api.errors import UserError

_P = ParamSpec("_P")
_T = TypeVar("_T")


class Place(Protocol):
    """Another machine, as far as calls go; ``name`` is what ``ssh`` calls it."""

    @property
    def name(self) -> str:
        """What ``ssh`` calls it."""

    @property
    def folders(self) -> tuple[tuple[str, str], ...]:
        """The folders that stand for some there: the path here, and the path there."""

    def call(self, function: str, arguments: dict[str, Any]) -> bytes:
        """Call a function there and wait; its result as JSON. Raises what it raised."""

    def command(self, *arguments: str) -> list[str]:
        """What runs ``workbench ARGUMENTS`` there, with this process's pipes."""


_exposed: dict[str, Callable[..., Any]] = {}
_places: list[Place] = []


def add_place(place: Place) -> None:
    """From now on calls about its folders go there."""
    _places.append(place)


def remove_place(place: Place) -> None:
    """It is gone."""
    _places.remove(place)


def current_place() -> Place | None:
    """The machine that this process works with; ``None`` for its own."""
    return _places[-1] if _places else None


def place_of(path: Path | str) -> Place | None:
    """The machine that a path stands for; ``None`` for this one."""
    text = str(path)
    for place in _places:
        if any(_is_in(text, here) for here, _ in place.folders):
            return place
    return None


def path_there(path: Path | str) -> str:
    """What a path is called on its machine."""
    place = place_of(path)
    return str(path) if place is None else str(_renamed(str(path), place.folders))


def done_there(function: Callable[_P, _T]) -> Callable[_P, _T]:
    """Let a function work on the machine of its arguments."""
    name = f"{function.__module__}:{function.__qualname__}"
    signature = inspect.signature(function)
    _exposed[name] = function

    @functools.wraps(function)
    def wrapper(*arguments: _P.args, **named: _P.kwargs) -> _T:
        if not _places:
            return function(*arguments, **named)
        given = signature.bind(*arguments, **named).arguments
        plain = {key: _plain(value) for key, value in given.items() if not callable(value)}
        place = next(filter(None, map(place_of, _texts(plain))), None)
        if place is None:
            return function(*arguments, **named)
        result = msgspec.json.decode(place.call(name, _renamed(plain, place.folders)))
        back = tuple((there, here) for here, there in place.folders)
        hint = typing.get_type_hints(function)["return"]
        return typing.cast("_T", _typed(_renamed(result, back), hint))

    return wrapper


def answer(name: str, arguments: dict[str, msgspec.Raw]) -> bytes:
    """Call the function of this name here, for another machine; its result as JSON.

    Raises :class:`UserError` for what is no such function, and whatever it raises.
    """
    module, _, _ = name.partition(":")
    if module.startswith("workbench.core."):
        with contextlib.suppress(ImportError):
            importlib.import_module(module)
    function = _exposed.get(name)
    if function is None:
        raise UserError(f'There is no "{name}" here; both sides need the same workbench.')
    signature, hints = inspect.signature(function), typing.get_type_hints(function)
    bound = signature.bind_partial()
    for key, parameter in signature.parameters.items():
        if key in arguments:
            is_many = parameter.kind is parameter.VAR_POSITIONAL
            hint = tuple[hints[key], ...] if is_many else hints[key]  # type: ignore[valid-type]
            bound.arguments[key] = _typed(msgspec.json.decode(arguments[key]), hint)
    return msgspec.json.encode(_plain(function(*bound.args, **bound.kwargs)))


def _plain(value: object) -> Any:
    return msgspec.to_builtins(value, enc_hook=_path_text)


def _path_text(value: object) -> str:
    if isinstance(value, Path):
        return str(value)
    raise TypeError(f"{type(value).__name__} does not travel")


def _typed(value: object, hint: Any) -> Any:
    return msgspec.convert(value, hint, dec_hook=_from_text)


def _from_text(kind: type, value: object) -> Any:
    if issubclass(kind, Path):
        return Path(str(value))
    raise TypeError(f"{kind.__name__} does not travel")


def _texts(value: object) -> Iterable[str]:
    match value:
        case str():
            yield value
        case dict():
            for item in value.values():
                yield from _texts(item)
        case list() | tuple():
            for item in value:
                yield from _texts(item)


def _renamed(value: Any, folders: tuple[tuple[str, str], ...]) -> Any:
    """The value with each path in one of the folders put into that one's other name."""
    match value:
        case str():
            for old, new in folders:
                if _is_in(value, old):
                    return new + value[len(old) :]
            return value
        case dict():
            return {key: _renamed(item, folders) for key, item in value.items()}
        case list() | tuple():
            return [_renamed(item, folders) for item in value]
    return value


def _is_in(path: str, folder: str) -> bool:
    return path == folder or path.startswith(f"{folder}/")
