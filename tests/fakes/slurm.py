"""A Slurm cluster of one machine, with daemons and a configuration of its own."""

import os
import shutil
import socket
import subprocess
import time
from pathlib import Path

import pytest

_PATH = f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin"
_DAEMONS = ("munged", "slurmctld", "slurmd")
_COMMANDS = ("sbatch", "squeue", "scancel", "scontrol")
_CONFIG = """
ClusterName=test
SlurmctldHost={host}(127.0.0.1)
SlurmctldPort={controller}
SlurmdPort={node}
SlurmUser=root
SlurmdUser=root
AuthType=auth/munge
AuthInfo=socket={folder}/munge/socket
StateSaveLocation={folder}/state
SlurmdSpoolDir={folder}/spool
SlurmctldPidFile={folder}/slurmctld.pid
SlurmdPidFile={folder}/slurmd.pid
SlurmctldLogFile={folder}/slurmctld.log
SlurmdLogFile={folder}/slurmd.log
ProctrackType=proctrack/linuxproc
TaskPlugin=task/none
JobAcctGatherType=jobacct_gather/none
AccountingStorageType=accounting_storage/none
SelectType=select/cons_tres
SelectTypeParameters=CR_CPU
SwitchType=switch/none
MpiDefault=none
ReturnToService=2
KillWait=20
SchedulerParameters=sched_interval=1,sched_min_interval=100000,bf_interval=1
PreemptType=preempt/partition_prio
PreemptMode=REQUEUE
NodeName={host} NodeAddr=127.0.0.1 CPUs=1 State=UNKNOWN
PartitionName=all Nodes={host} Default=YES MaxTime=INFINITE State=UP PriorityTier=1
PartitionName=urgent Nodes={host} MaxTime=INFINITE State=UP PriorityTier=10
"""


class Cluster:
    """Runs in a folder, from :meth:`start` to :meth:`end`."""

    def __init__(self, folder: Path) -> None:
        self.config = folder / "slurm.conf"
        self._folder = folder
        self._daemons: list[subprocess.Popen[bytes]] = []

    def start(self) -> None:
        """Skips where Slurm is not installed or can't run."""
        missing = [name for name in _DAEMONS if shutil.which(name, path=_PATH) is None]
        missing += [name for name in _COMMANDS if shutil.which(name) is None]
        if missing:
            pytest.skip(f"Slurm is not installed here: no {', '.join(missing)}")
        if os.geteuid() != 0:
            pytest.skip("Slurm's daemons of a test need root")
        for name in ("state", "spool", "munge"):
            (self._folder / name).mkdir(parents=True)
        key = self._folder / "munge" / "key"
        key.write_bytes(os.urandom(1024))
        key.chmod(0o400)
        (self._folder / "munge").chmod(0o711)
        ports = {"controller": _free_port(), "node": _free_port()}
        host = socket.gethostname().partition(".")[0]
        self.config.write_text(_CONFIG.format(host=host, folder=self._folder, **ports))
        munge = self._folder / "munge"
        self._run(
            "munged",
            *("--foreground", "--force", f"--key-file={key}", f"--socket={munge}/socket"),
            *(f"--pid-file={munge}/pid", f"--log-file={munge}/log", f"--seed-file={munge}/seed"),
        )
        self._until(lambda: (munge / "socket").exists(), "munged")
        for name in ("slurmctld", "slurmd"):
            self._run(name, "-D", "-f", str(self.config))
        self._until(lambda: "idle" in self.ask("sinfo", "--noheader"), "Slurm")

    def ask(self, *command: str) -> str:
        """What one of Slurm's commands says."""
        environment = {**os.environ, "SLURM_CONF": str(self.config)}
        done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=60)
        return done.stdout

    def hurry(self, job: str) -> None:
        """Have a job that was requeued start soon instead of in two minutes.

        In the second in which it was requeued slurmd would refuse it, as one that it killed.
        """
        self.ask("scontrol", "update", f"jobid={job}", "StartTime=now+2")

    def end(self) -> None:
        """End all jobs and daemons."""
        if self._daemons:
            self.ask("scancel", "--user=root")
            deadline = time.monotonic() + 30
            while self.ask("squeue", "--noheader") and time.monotonic() < deadline:
                time.sleep(0.1)
        for daemon in reversed(self._daemons):
            daemon.terminate()
        for daemon in self._daemons:
            try:
                daemon.wait(10)
            except subprocess.TimeoutExpired:
                daemon.kill()
                daemon.wait()

    def _run(self, name: str, *arguments: str) -> None:
        program = shutil.which(name, path=_PATH)
        assert program is not None
        with (self._folder / f"{name}.out").open("wb") as output:
            command = [program, *arguments]
            daemon = subprocess.Popen(command, stdout=output, stderr=output, start_new_session=True)
        self._daemons.append(daemon)

    def _until(self, condition, name: str) -> None:
        deadline = time.monotonic() + 40
        while not condition():
            ended = [daemon for daemon in self._daemons if daemon.poll() is not None]
            if ended or time.monotonic() > deadline:
                said = "".join(path.read_text()[-500:] for path in self._folder.glob("*.out"))
                self.end()
                pytest.skip(f"{name} does not run here: {said}")
            time.sleep(0.1)


def _free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
