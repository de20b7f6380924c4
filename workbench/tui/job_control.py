"""Giving the terminal back to the shell for a while."""

import os
import signal

from textual.app import App


def has_shell() -> bool:
    """Whether a shell waits for this job, and can bring it back with ``fg``.

    It is the parent of the job's first process, such as ``make``, and of the same session.
    Without one a stopped job would stay so: then a terminal, or ``ssh``, runs nothing else.
    """
    import psutil

    try:
        for parent in psutil.Process().parents():
            if os.getpgid(parent.pid) != os.getpgrp():
                return os.getsid(parent.pid) == os.getsid(0)
    except (OSError, psutil.Error):
        pass  # it ended meanwhile
    return False


def stop_job() -> None:
    """Stop all processes of this job, as the terminal's own ctrl+z does, until it is continued."""
    os.killpg(os.getpgrp(), signal.SIGTSTP)


def go_to_shell(app: App[object]) -> None:
    """Stop the workbench until the shell brings it back, if there is one that can."""
    if has_shell():
        # Before: a stopped parent, such as make, lets the shell take the terminal at once.
        with app.suspend():
            stop_job()
    else:
        app.notify("No shell started the workbench, so none could bring it back.")
