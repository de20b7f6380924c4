"""Where a plugin went wrong: its own lines, without those that led to it."""

import importlib
import sysconfig
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


_LIBRARIES = tuple({sysconfig.get_path(name) for name in ("stdlib", "purelib", "platlib")})


def place_of(error: BaseException) -> str:
    """The file and line where an error was raised, as Python says it of a syntax error.

    A line outside all libraries goes before: what a framework refuses is to be mended by who
    called it. Empty for an error that was never raised.
    """
    frames = traceback.extract_tb(error.__traceback__)
    own = [frame for frame in frames if not frame.filename.startswith((*_LIBRARIES, "<"))]
    last = (own or frames)[-1:]
    return "".join(f"{Path(frame.filename).name}, line {frame.lineno}" for frame in last)


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
