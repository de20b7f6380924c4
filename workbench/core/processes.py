"""Python programs in processes of their own."""

import io
import os
import sys
from typing import BinaryIO


def module_command(module: str, *arguments: str) -> list[str]:
    """What runs a module with this Python.

    ``-P``: Python would import files of the current folder before its own, and a stranger's
    folder would run code that nobody trusts.
    """
    return [sys.executable, "-P", "-m", module, *arguments]


def output_for_answers() -> BinaryIO:
    """Standard output for this process's answers alone.

    What libraries print goes to standard error from now on, and line by line: Python would keep
    it until its end, after the reason of a failure, or lose it with ``os._exit``.
    """
    answers = os.fdopen(os.dup(1), "wb")
    os.dup2(2, 1)
    if isinstance(sys.stdout, io.TextIOWrapper):
        sys.stdout.reconfigure(line_buffering=True)
    return answers
