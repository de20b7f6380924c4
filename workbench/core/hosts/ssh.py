"""Commands on another machine through the system's ``ssh``, with its own configuration and keys."""

import contextlib
import os
import re
import shlex
import shutil
import stat
import tempfile
from dataclasses import dataclass
from pathlib import Path

from workbench.api.errors import UserError, WorkbenchError
from workbench.core.text import printable

DEFAULT_COMMAND = "workbench"
_SSH_FAILED = 255
_NOT_FOUND = (126, 127)
_WRONG_USE = 2
_WHAT_TO_DO = (
    "install workbench there, or say what it is called there with host_command in workbench.toml."
)
_LONGEST_FOLDER = 55
"""A socket's path has 104 bytes on macOS, and ssh adds 17 while it makes one."""


@dataclass(frozen=True)
class Host:
    """A machine as ``ssh`` knows it, and what the workbench is called there."""

    name: str
    command: str = DEFAULT_COMMAND

    def __post_init__(self) -> None:
        name = self.name
        # A dash would be an option of ssh, and run what it says.
        if not name or name.startswith("-") or not name.isprintable() or " " in name:
            raise UserError(f'"{printable(name)}" is no host; write it as for ssh: user@box.')

    def remote_line(self, arguments: tuple[str, ...], *, explained: bool = False) -> str:
        """What the shell there is told: the workbench as a login finds it.

        ``explained`` lets the shell itself say what to do where there is none.
        """
        inner = f"exec {self.command} {shlex.join(arguments)}".rstrip()
        if explained and re.fullmatch(r"[\w.+~/-]+", self.command):
            lack = f"There is no {self.command} on {self.name}; {_WHAT_TO_DO}"
            inner = f"type {self.command} >/dev/null 2>&1 || echo {shlex.quote(lack)} >&2; {inner}"
        # A shell that is no login often lacks the folder of a person's programs in its PATH.
        return f"exec $SHELL -lc {shlex.quote(inner)}"


def ssh_program() -> str:
    """The path of ``ssh``. Raises :class:`UserError`."""
    found = shutil.which("ssh")
    if found is None:
        raise UserError("ssh is not installed on this machine; install OpenSSH's client.")
    return found


def plain_command(host: Host, arguments: tuple[str, ...], *, has_terminal: bool) -> list[str]:
    """What runs a command there in this terminal; ssh may ask for what it needs."""
    words = [ssh_program(), *(["-t"] if has_terminal else [])]
    return [*words, "--", host.name, host.remote_line(arguments, explained=True)]


class Connection:
    """One connection to a machine that serves all commands there, as long as this process lives.

    Its socket is in a private folder; it asks for nothing, so a key or an agent must do.
    """

    def __init__(self, host: Host) -> None:
        self.host = host
        self._socket = _socket_folder() / os.urandom(4).hex()

    def command(self, *arguments: str) -> list[str]:
        """What runs ``workbench ARGUMENTS`` there with this process's pipes."""
        options = {
            "BatchMode": "yes",
            "ControlMaster": "auto",
            "ControlPath": str(self._socket).replace("%", "%%"),
            "ControlPersist": "no",
            "ConnectTimeout": "10",
            "ServerAliveInterval": "5",
            "ServerAliveCountMax": "3",
            "Compression": "yes",
        }
        flags = [word for key, value in options.items() for word in ("-o", f"{key}={value}")]
        line = self.host.remote_line(arguments)
        return [ssh_program(), *flags, "-T", "--", self.host.name, line]

    def close(self) -> None:
        """Forget the socket; the connection ends with its last command."""
        with contextlib.suppress(OSError):
            self._socket.unlink()


def _socket_folder() -> Path:
    """The one folder of a person's sockets: ssh takes its own away, however this process ends."""
    parent = tempfile.gettempdir()
    folder = Path(parent if len(parent) <= _LONGEST_FOLDER else "/tmp", f"workbench-{os.getuid()}")
    with contextlib.suppress(OSError):
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        if stat.S_ISDIR(found.st_mode) and found.st_uid == os.getuid():
            folder.chmod(0o700)
            return folder
    return Path(tempfile.mkdtemp(prefix="workbench-", dir=folder.parent))


def failure(host: Host, status: int, said: str) -> WorkbenchError:
    """Why the workbench there could not be reached, from how ``ssh`` ended."""
    lines = [printable(line) for line in said.splitlines() if line.strip()]
    last = lines[-1] if lines else f"exit status {status}"
    if status == _SSH_FAILED:
        return UserError(
            f"{host.name} can't be reached ({last}); `ssh {host.name} true` must work "
            "without asking."
        )
    if status in _NOT_FOUND:
        return UserError(f"There is no {host.command} on {host.name} ({last}); {_WHAT_TO_DO}")
    if status == _WRONG_USE:
        return UserError(
            f"The workbench on {host.name} is older than this one and can't serve it ({last}); "
            "update it there."
        )
    return WorkbenchError(f"The workbench on {host.name} ended ({last}).")
