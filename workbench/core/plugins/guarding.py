"""Calling a plugin's code so that a hang, an exit or a print of it ends nothing else."""

import contextlib
import ctypes
import io
import os
import threading
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

LIMIT_S = 10.0
"""How long a plugin may take to load; a healthy one takes milliseconds."""


class PluginHangsError(Exception):
    """A plugin was given up."""


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Within it, what a plugin prints does not tear the screen, and ``os._exit`` raises."""
    exit_now = os._exit

    def refuse(status: int) -> Any:
        raise SystemExit(status)

    os._exit = refuse
    try:
        with contextlib.redirect_stdout(io.StringIO()), contextlib.redirect_stderr(io.StringIO()):
            yield
    finally:
        os._exit = exit_now


def call_within(limit_s: float, call: Callable[[], T]) -> T:
    """The result of a call, made in a thread of its own so that it can be given up.

    Raises whatever the call raises, ``KeyboardInterrupt`` as :class:`SystemExit`, or
    :class:`PluginHangsError`.
    """
    results: list[T] = []
    errors: list[BaseException] = []

    def work() -> None:
        try:
            results.append(call())
        except KeyboardInterrupt as error:
            # Ctrl+C reaches the main thread alone, so this is the plugin's own doing.
            errors.append(SystemExit("KeyboardInterrupt").with_traceback(error.__traceback__))
        except BaseException as error:
            errors.append(error)

    thread = threading.Thread(target=work, name="plugin", daemon=True)
    thread.start()
    thread.join(limit_s)
    if errors:
        raise errors[0]
    if not results:
        _end(thread)
        raise PluginHangsError(
            f"It was not loaded after {limit_s:g} s and was given up; mend it or disable it."
        )
    return results[0]


def _end(thread: threading.Thread) -> None:
    """Ask a thread to end, which it does once it runs Python code again."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
        )
