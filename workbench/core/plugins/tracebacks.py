"""Where a plugin went wrong: its own lines, without those that led to it."""

import importlib
import threading
import traceback
from pathlib import Path

from workbench.core.plugins.guarding import PluginHangsError
from workbench.core.plugins.validation import PluginContractError

_LEADING = (
    str(Path(__file__).parent),
    str(Path(importlib.__file__).parent),
    threading.__file__,
    "<frozen importlib",
)


def traceback_of(error: BaseException) -> str:
    """The traceback of an error, or where a plugin was when it was given up.

    Empty for what the workbench itself refused in one sentence.
    """
    if isinstance(error, PluginContractError) and error.__cause__ is None:
        return ""
    told = traceback.TracebackException.from_exception(error)
    if isinstance(error, PluginHangsError):
        told.stack = error.stack
    part: traceback.TracebackException | None = told
    while part is not None:
        part.stack = _trimmed(part.stack)
        part = part.__cause__ or part.__context__
    return "".join(told.format())


def _trimmed(stack: traceback.StackSummary) -> traceback.StackSummary:
    """The stack from the first line that is neither the workbench's nor the import system's."""
    frames = list(stack)
    while frames and frames[0].filename.startswith(_LEADING):
        del frames[0]
    return traceback.StackSummary.from_list(frames)
