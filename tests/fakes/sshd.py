"""A real ``sshd`` on loopback, with keys and a configuration of its own."""

import contextlib
import getpass
import os
import shutil
import socket
import subprocess
import sys
import time
from pathlib import Path

import pytest

_FOUND = shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")
SSHD = Path(_FOUND) if _FOUND else None
_SERVER = """
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/key.pub
PidFile none
UsePAM no
StrictModes no
PasswordAuthentication no
PermitRootLogin yes
PermitUserEnvironment no
SetEnv {environment}
"""
_CLIENT = """
Host box
    HostName 127.0.0.1
    Port {port}
    User {user}
    IdentityFile {folder}/key
    IdentitiesOnly yes
    UserKnownHostsFile {folder}/known_hosts
    StrictHostKeyChecking no
    LogLevel ERROR
"""
_WORKBENCH = """
runs_dir = "{runs}"
default_preset = "tiny"
disabled_plugins = ["keras", "pytorch"]
plugins = ["{plugin}"]

[presets.tiny]
epochs = 100
log_every = 10
dataset.name = "tiny"
model.name = "linear"
optimizer.name = "plain"
backend = {{ name = "tiny", delay_s = 0.02 }}
data.batch_size = 16
"""


class Box:
    """A machine ``box`` that is this one, reached through ssh, with a home of its own."""

    def __init__(self, folder: Path, home: Path) -> None:
        self.folder = folder
        self.home = home
        self.config = folder / "ssh_config"
        self.runs_dir = home / "its runs"
        self._process: subprocess.Popen[bytes] | None = None
        with socket.socket() as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]

    def start(self) -> None:
        """Listen; again after :meth:`stop`."""
        assert SSHD is not None
        self._process = subprocess.Popen(
            [SSHD, "-D", "-e", "-f", self.folder / "sshd_config"],
            stderr=(self.folder / "log").open("ab"),
            start_new_session=True,
        )
        deadline = time.monotonic() + 20
        while time.monotonic() < deadline:
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", self.port)):
                return
            assert self._process.poll() is None, (self.folder / "log").read_text()
            time.sleep(0.02)
        raise AssertionError("sshd does not listen")

    def stop(self) -> None:
        """Listen no more, and break the connections there are."""
        process, self._process = self._process, None
        if process is None:
            return
        import psutil

        with contextlib.suppress(psutil.NoSuchProcess):
            sessions = psutil.Process(process.pid).children(recursive=True)
            for session in sessions:
                with contextlib.suppress(psutil.NoSuchProcess):
                    if "sshd" in session.name():
                        session.kill()
        process.kill()
        process.wait()

    def end(self) -> None:
        """Stop, and end the workers that are left there."""
        self.stop()
        from workbench.core.runs import is_alive, list_runs
        from workbench.core.runs.killing import kill_worker

        for run in list_runs(self.runs_dir):
            if is_alive(run):
                kill_worker(run)


def make_box(folder: Path, home: Path) -> Box:
    """Make keys and configurations in a folder. Skips where there is no sshd."""
    if SSHD is None or shutil.which("ssh") is None or shutil.which("ssh-keygen") is None:
        pytest.skip("OpenSSH's server and client are not installed")
    if os.geteuid() == 0:
        Path("/run/sshd").mkdir(mode=0o755, exist_ok=True)
    folder.mkdir()
    home.mkdir()
    for name in ("key", "host_key"):
        command = ["ssh-keygen", "-q", "-t", "ed25519", "-N", "", "-f", folder / name]
        subprocess.run(command, check=True)
    environment = " ".join(
        f'"{name}={home}/{name.lower()}"'
        for name in ("XDG_CONFIG_HOME", "XDG_DATA_HOME", "XDG_STATE_HOME", "XDG_CACHE_HOME")
    )
    box = Box(folder, home)
    words = {"port": box.port, "folder": folder, "user": getpass.getuser()}
    (folder / "sshd_config").write_text(
        # A shell that reads nothing of a person's own.
        _SERVER.format(
            **words, environment=f'{environment} "HOME={home}" SHELL=/bin/sh WORKBENCH_OFFLINE=1'
        )
    )
    box.config.write_text(_CLIENT.format(**words))
    settings = home / "xdg_config_home" / "workbench"
    settings.mkdir(parents=True)
    (settings / "workbench.toml").write_text(
        _WORKBENCH.format(runs=box.runs_dir, plugin=Path(__file__).parent / "tiny_plugin.py")
    )
    box.start()
    return box


HOST_COMMAND = f"{sys.executable} -m workbench"


def use_box(box: Box, monkeypatch: pytest.MonkeyPatch) -> None:
    """Let ``ssh`` know the box; the person's own configuration is left alone."""
    wrapper = box.folder / "bin" / "ssh"
    wrapper.parent.mkdir()
    wrapper.write_text(f'#!/bin/sh\nexec {shutil.which("ssh")} -F {box.config} "$@"\n')
    wrapper.chmod(0o755)
    monkeypatch.setenv("PATH", f"{wrapper.parent}:{os.environ['PATH']}")
