"""References to code that is imported only when a worker calls it."""

import importlib
from collections.abc import Callable
from typing import Any

from workbench.api.errors import UserError

Factory = str | Callable[..., Any]
"""A callable, or its place written ``package.module:name``, imported on first use."""


def resolve(factory: Factory) -> Callable[..., Any]:
    """The callable that a factory stands for; imports its module if it is written as a place.

    Raises :class:`UserError` if the place is malformed or names nothing callable; an
    error raised by the module's own import is passed on.
    """
    if callable(factory):
        return factory
    module_name, separator, attribute = factory.partition(":")
    if not (separator and module_name and attribute):
        raise UserError(f'The factory "{factory}" must be written package.module:name.')
    found = getattr(importlib.import_module(module_name), attribute, None)
    if not callable(found):
        raise UserError(f'The factory "{factory}" names nothing callable in {module_name}.')
    resolved: Callable[..., Any] = found
    return resolved
