"""Python programs in processes of their own."""

import sys


def module_command(module: str, *arguments: str) -> list[str]:
    """What runs a module with this Python.

    ``-P``: Python would import files of the current folder before its own, and a stranger's
    folder would run code that nobody trusts.
    """
    return [sys.executable, "-P", "-m", module, *arguments]
