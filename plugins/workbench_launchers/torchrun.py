"""PyTorch's elastic launcher: one process for each device, started anew when one is lost."""

import os
import sys
import uuid

from workbench.api import Launch, LaunchCommand, LauncherSpec

_LOOPBACK = "127.0.0.1"


def _command(launch: Launch) -> LaunchCommand:
    rendezvous = _several_machines(launch) if launch.nodes > 1 else _this_machine()
    return LaunchCommand(
        arguments=(
            sys.executable,
            *("-P", "-m", "torch.distributed.run"),
            f"--nnodes={launch.nodes}",
            f"--nproc-per-node={launch.processes}",
            f"--max-restarts={launch.restarts}",
            *rendezvous,
            "--no-python",
            *launch.rank,
        ),
        environment=_environment(launch),
    )


def _this_machine() -> tuple[str, ...]:
    """By address, since a machine may not be able to look up its own name.

    The id and a port that the system chooses keep two runs apart.
    """
    return (
        "--rdzv-backend=c10d",
        f"--rdzv-endpoint={_LOOPBACK}:0",
        f"--rdzv-id={uuid.uuid4().hex}",
        f"--local-addr={_LOOPBACK}",
    )


def _several_machines(launch: Launch) -> tuple[str, ...]:
    """Fixed numbers of machines, so that rank 0 is on the one that holds the run's lock."""
    host, _, port = launch.rendezvous.rpartition(":")
    return (
        "--rdzv-backend=static",
        f"--node-rank={launch.node}",
        f"--master-addr={host}",
        f"--master-port={port}",
    )


def _environment(launch: Launch) -> dict[str, str]:
    # Without a number each rank would take all cores, and torchrun itself says 1.
    threads = max(1, _usable_cores() // launch.processes)
    found = {"OMP_NUM_THREADS": os.environ.get("OMP_NUM_THREADS", str(threads))}
    if launch.nodes == 1 and "GLOO_SOCKET_IFNAME" not in os.environ:
        found["GLOO_SOCKET_IFNAME"] = "lo0" if sys.platform == "darwin" else "lo"
    return found


def _usable_cores() -> int:
    """The cores that this process may use: a scheduler may give it some of the machine's."""
    if hasattr(os, "sched_getaffinity"):
        return len(os.sched_getaffinity(0))
    return os.cpu_count() or 1


TORCHRUN = LauncherSpec(
    name="torchrun",
    title="torchrun",
    description="A process for each device of one or several machines, through PyTorch's own "
    "elastic launcher.",
    command=_command,
)
