"""Keeping a worker ready that has imported its framework, so that a run begins at once."""

import contextlib
import json
import subprocess
import tempfile
import threading
from pathlib import Path
from typing import IO

import psutil

from workbench.api.errors import UserError
from workbench.core.processes import module_command
from workbench.core.runs.folder import RunFolder

IDLE_S = 300.0
_LEAST_FREE_BYTES = 2 * 2**30
"""Memory that must be free: PyTorch with CUDA takes up to 900 MiB of it while it waits, half of
it pages of its libraries."""


class SpareWorker:
    """At most one process, which waits for one run; for use in threads.

    It ends when it was not wanted for ``idle_s`` seconds, and with the process that started
    it, however that ends. Until it is given a run it touches no device.
    """

    def __init__(self, idle_s: float = IDLE_S) -> None:
        self._idle_s = idle_s
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._printed: IO[bytes] | None = None
        self._backend = ""
        self._timer: threading.Timer | None = None
        self._broken: set[str] = set()

    @property
    def backend(self) -> str:
        """The backend that the process is for; empty if there is none."""
        process = self._process
        return self._backend if process is not None and process.poll() is None else ""

    def prepare(self, backend: str, warm_up: str) -> None:
        """Have a process that has called the function at the place ``warm_up``.

        One for another backend makes room. Where memory is short there will be none, nor for a
        backend whose process ended by itself.
        """
        with self._lock:
            if self.backend != backend:
                self._drop()
                if backend in self._broken:
                    return
                if psutil.virtual_memory().available < _LEAST_FREE_BYTES:
                    return
                self._start(backend, warm_up)
            self._set_timer()

    def take(self, backend: str, run: RunFolder, data_dir: Path) -> subprocess.Popen[bytes] | None:
        """The process, which now is the run's worker; ``None`` if there is none for this backend.

        It is a worker as :func:`~workbench.core.runs.launch_worker` starts it. Raises
        :class:`UserError` if the run's folder can't be written to.
        """
        with self._lock:
            process = self._process
            if process is None or self.backend != backend:
                return None
            try:
                run.log.open("ab").close()
            except OSError as error:
                raise UserError(f"{run.log} can't be written ({error.strerror}).") from None
            order = {"log": str(run.log), "arguments": [str(run.path), str(data_dir)]}
            assert process.stdin is not None
            try:
                process.stdin.write(json.dumps(order).encode() + b"\n")
                process.stdin.close()
            except OSError:
                self._drop()
                return None
            self._forget()
            return process

    def drop(self) -> None:
        """End the process, if it was given no run."""
        with self._lock:
            self._drop()

    def _start(self, backend: str, warm_up: str) -> None:
        # What it prints before it has a run begins that run's log.
        self._printed = tempfile.TemporaryFile()  # noqa: SIM115  closed when it is forgotten
        with contextlib.suppress(OSError):
            self._process = subprocess.Popen(
                module_command("workbench.worker", "--spare", warm_up),
                stdin=subprocess.PIPE,
                stdout=self._printed,
                stderr=subprocess.STDOUT,
                start_new_session=True,
                close_fds=True,
            )
            self._backend = backend

    def _set_timer(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        self._timer = threading.Timer(self._idle_s, self.drop)
        self._timer.daemon = True
        self._timer.start()

    def _drop(self) -> None:
        process = self._process
        if process is not None:
            if process.poll() is not None:
                self._broken.add(self._backend)
            process.kill()
            process.wait()
            assert process.stdin is not None
            with contextlib.suppress(OSError):
                process.stdin.close()
        self._forget()

    def _forget(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
        if self._printed is not None:
            self._printed.close()
        self._process, self._printed, self._timer, self._backend = None, None, None, ""
