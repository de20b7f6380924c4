"""Calling a plugin's code so that a hang, an exit or a print of it ends nothing else."""

import contextlib
import ctypes
import io
import os
import sys
import threading
import traceback
from collections.abc import Callable, Iterator
from typing import Any, TypeVar

T = TypeVar("T")

LIMIT_S = 10.0
"""How long a plugin may take to load; a healthy one takes milliseconds."""


class PluginHangsError(Exception):
    """A plugin was given up; ``stack`` is where it was."""

    def __init__(self, message: str, stack: traceback.StackSummary) -> None:
        super().__init__(message)
        self.stack = stack


_one_at_a_time = threading.Lock()
"""What :func:`guarded` changes is the whole process's."""


@contextlib.contextmanager
def guarded() -> Iterator[None]:
    """Within it, what a plugin prints does not tear the screen, and ``os._exit`` raises.

    It can't take the keys that a person types either: there is nothing for it to read. The
    working directory is afterwards what it was, as a person's paths start there. Only the
    standard error's own descriptor is left as it is, since the screen is drawn there.
    """

    def refuse(status: int) -> Any:
        raise SystemExit(status)

    with _one_at_a_time:
        exit_now, keys = os._exit, sys.stdin
        os._exit, sys.stdin = refuse, io.StringIO()
        try:
            with (
                _same_folder(),
                _silent_output(),
                contextlib.redirect_stdout(io.StringIO()),
                contextlib.redirect_stderr(io.StringIO()),
            ):
                yield
        finally:
            os._exit, sys.stdin = exit_now, keys


@contextlib.contextmanager
def _same_folder() -> Iterator[None]:
    """Go back to the working directory, also to one that was moved meanwhile."""
    try:
        folder = os.open(".", os.O_RDONLY)
    except OSError:  # it is gone
        yield
        return
    try:
        yield
    finally:
        os.fchdir(folder)
        os.close(folder)


@contextlib.contextmanager
def _silent_output() -> Iterator[None]:
    """Lead what a library or a program writes to descriptor 1 nowhere."""
    try:
        target = os.dup(1)
    except OSError:  # there is no standard output
        yield
        return
    nowhere = os.open(os.devnull, os.O_WRONLY)
    try:
        _flush()
        os.dup2(nowhere, 1)
        yield
    finally:
        _flush()
        os.dup2(target, 1)
        os.close(target)
        os.close(nowhere)


def _flush() -> None:
    if sys.__stdout__ is not None:
        with contextlib.suppress(OSError, ValueError):  # nobody reads it, or it is closed
            sys.__stdout__.flush()


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
        frame = sys._current_frames().get(thread.ident or 0)
        stack = traceback.extract_stack(frame) if frame else traceback.StackSummary()
        _end(thread)
        raise PluginHangsError(
            f"It was not loaded after {limit_s:g} s and was given up; mend it or disable it.", stack
        )
    return results[0]


def _end(thread: threading.Thread) -> None:
    """Ask a thread to end, which it does once it runs Python code again."""
    if thread.ident is not None:
        ctypes.pythonapi.PyThreadState_SetAsyncExc(
            ctypes.c_ulong(thread.ident), ctypes.py_object(SystemExit)
        )
