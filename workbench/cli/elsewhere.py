"""Running a command on another machine."""

import os
import sys
from collections.abc import Mapping, Sequence
from typing import Any, NoReturn

from workbench.core.config import load_config
from workbench.core.hosts.ssh import Host, plain_command


def run_elsewhere(options: Mapping[str, Any], arguments: Sequence[str]) -> NoReturn:
    """Become the ``ssh`` that runs ``workbench ARGUMENTS`` on a machine.

    ``options`` are those before the command. Raises :class:`UserError`.
    """
    host = Host(options["host"], load_config().settings.host_command)
    words = ["--debug"] if options["debug"] else []
    for path in options["plugins"]:
        words += ["--plugin", str(path)]
    for name in options["blocked"]:
        words += ["--no-plugin", name]
    has_terminal = sys.stdin.isatty() and sys.stdout.isatty()
    command = plain_command(host, (*words, *arguments), has_terminal=has_terminal)
    os.execv(command[0], command)
