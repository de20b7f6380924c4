"""``python -m workbench.worker.job RUN_DIR DATA_DIR``: a run inside a job of a Slurm cluster.

Slurm's warning before the time limit (SIGUSR1) stops the run with a checkpoint and queues the
job again; a preemption (SIGTERM) stops it too, and Slurm itself queues the job again.
"""

import contextlib
import os
import signal
import socket
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from types import FrameType

from workbench.api.commands import Stop
from workbench.api.errors import WorkbenchError
from workbench.core.files import write_atomic
from workbench.core.processes import module_command
from workbench.core.runs import RunFolder, is_alive, overview, send_command
from workbench.core.slurm import mark_waiting, requeue_job, run_job

_PORTS = range(20000, 60000)


class Job:
    """The batch process: starts the worker, and tells it to stop when Slurm says so."""

    def __init__(self, run: RunFolder, data_dir: Path, environment: Mapping[str, str]) -> None:
        self._run = run
        self._data_dir = data_dir
        self._number = environment.get("SLURM_JOB_ID", "")
        self._machines = int(environment.get("SLURM_JOB_NUM_NODES", "1"))
        self._worker: subprocess.Popen[bytes] | None = None
        self._is_ending = False
        self._is_out_of_time = False

    def work(self) -> int:
        """Train until the end or Slurm's word; the worker's exit status."""
        write_atomic(run_job(self._run), f"{self._number}\n".encode())
        signal.signal(signal.SIGTERM, self._stop)
        # Inherited by the worker, for whom it means nothing.
        signal.signal(signal.SIGUSR1, signal.SIG_IGN)
        self._worker = subprocess.Popen(self._command(), start_new_session=True)
        signal.signal(signal.SIGUSR1, self._stop)
        status = self._worker.wait()
        if self._is_out_of_time and overview(self._run).state != "completed":
            self._queue_again()
        # A killed worker's, as a shell has it: with 0 the job would count as a success.
        return status if status >= 0 else 128 - status

    def _command(self) -> list[str]:
        worker = module_command("workbench.worker", str(self._run.path))
        worker.append(str(self._data_dir))
        if self._machines == 1:
            return worker
        port = _PORTS[int(self._number or 0) % len(_PORTS)]
        words = (*worker, "--nodes", str(self._machines))
        # Each machine knows its own number only when its task begins.
        line = f'exec "$@" --node "$SLURM_NODEID" --rendezvous {socket.gethostname()}:{port}'
        task = ["srun", "--ntasks-per-node=1", "--kill-on-bad-exit=1"]
        return [*task, "sh", "-c", line, "sh", *words]

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self._is_out_of_time = self._is_out_of_time or number == signal.SIGUSR1
        if self._is_ending or self._worker is None:
            return
        self._is_ending = True
        if self._machines > 1 and is_alive(self._run):
            # A signal would reach the machines at different batches.
            with contextlib.suppress(WorkbenchError):
                send_command(self._run, Stop())
                return
        # A command that nobody reads any more would stop the next worker.
        with contextlib.suppress(ProcessLookupError):
            self._worker.terminate()

    def _queue_again(self) -> None:
        try:
            mark_waiting(self._run, self._number)
            requeue_job(self._number)
        except (WorkbenchError, OSError) as error:
            self._run.queued.unlink(missing_ok=True)
            print(f"Error: the job is not queued again: {error}", flush=True)


if __name__ == "__main__":
    sys.exit(Job(RunFolder(Path(sys.argv[1])), Path(sys.argv[2]), os.environ).work())
