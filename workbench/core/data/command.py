"""Running a program with a time limit while a person sees how much it has brought."""

import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from workbench.core.text import printable

_POLL_S = 0.2
_SILENCE_S = 1.0
_REASON_LENGTH = 200


class StepFailedError(Exception):
    """A step did not give the dataset; the message says why, in words that follow a colon."""


def run_command(
    argv: Sequence[str],
    folder: Path,
    *,
    limit_s: float,
    on_bytes: Callable[[int], None],
    env: Mapping[str, str] | None = None,
) -> None:
    """Run a program in ``folder`` and tell ``on_bytes`` how much lies there meanwhile.

    It is told when that changes, and at least each second.
    The program and its children are ended after ``limit_s``, and when ``on_bytes`` raises.
    Raises :class:`StepFailedError` unless the program exits with 0.
    """
    if shutil.which(argv[0]) is None:
        raise StepFailedError(f"{argv[0]} is not installed")
    with tempfile.TemporaryFile() as output:
        process = subprocess.Popen(
            argv,
            cwd=folder,
            env={**os.environ, **(env or {})},
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            start_new_session=True,
        )
        try:
            _wait(process, folder, limit_s, on_bytes)
        finally:
            _end(process)
        if process.returncode != 0:
            raise StepFailedError(_reason(output) or f"exit status {process.returncode}")


def _wait(
    process: subprocess.Popen[bytes],
    folder: Path,
    limit_s: float,
    on_bytes: Callable[[int], None],
) -> None:
    deadline = time.monotonic() + limit_s
    told_bytes, told_at = -1, time.monotonic()
    while True:
        try:
            process.wait(_POLL_S)
            return
        except subprocess.TimeoutExpired:
            now, size_bytes = time.monotonic(), _size_bytes(folder)
        if size_bytes != told_bytes or now - told_at >= _SILENCE_S:
            on_bytes(size_bytes)
            told_bytes, told_at = size_bytes, now
        if now > deadline:
            raise StepFailedError(f"it took longer than {limit_s:g} s")


def _end(process: subprocess.Popen[bytes]) -> None:
    if process.poll() is None:
        os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _size_bytes(folder: Path) -> int:
    total = 0
    for parent, _, names in os.walk(folder):
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_size
            except FileNotFoundError:
                continue  # a download's staged file was renamed
    return total


def _reason(output: IO[bytes]) -> str:
    """The line that says most: what apt-get and npm mark as the error, or else the last one."""
    output.seek(0)
    lines = [line for line in output.read().decode(errors="replace").splitlines() if line.strip()]
    if not lines:
        return ""
    marked = [line for line in lines if "reason:" in line]
    marked += [line for line in lines if line.startswith(("E:", "npm error", "npm ERR!"))]
    return printable(marked[0] if marked else lines[-1])[:_REASON_LENGTH]
