"""Slurm: the cluster's scheduler starts the run when there is room for it."""

import re
import shlex
from dataclasses import dataclass

from workbench.api import Launch, LaunchCommand, LauncherSpec, UserError, option

SCRIPT = "slurm.sh"
_VALUE = re.compile(r"[^\s\"'\\#]*")


@dataclass(frozen=True)
class SlurmOptions:
    """What is asked of the cluster for each machine of a run."""

    partition: str = option("", help="Partition; the cluster's default if empty.")
    time: str = option("", help="Time limit, such as 2:00:00 or 1-12; the partition's if empty.")
    gpus: int = option(0, ge=0, help="GPUs on each machine.")
    cpus: int = option(0, ge=0, help="Processor cores on each machine; the default if 0.")
    memory: str = option("", help="Memory on each machine, such as 32G; the default if empty.")
    account: str = option("", help="Account that pays; the person's default if empty.")
    warning_s: int = option(
        120,
        ge=10,
        le=3600,
        help="Seconds before the time limit at which it is queued again.",
    )
    extra: tuple[str, ...] = option(
        (), help="Further options of sbatch, such as --constraint=a100."
    )


def batch_script(launch: Launch) -> str:
    """What ``sbatch`` is given. Raises :class:`UserError` for a value that can't stand there."""
    asked: SlurmOptions = launch.options
    log = str(launch.run / "worker.log").replace("%", "%%")
    lines = [
        f"--job-name={_checked('name', launch.run.name)}",
        f"--nodes={launch.nodes}",
        "--ntasks-per-node=1",
        *_given("partition", asked.partition),
        *_given("time", asked.time),
        *_given("gpus-per-node", asked.gpus),
        *_given("cpus-per-task", asked.cpus),
        *_given("mem", asked.memory),
        *_given("account", asked.account),
        *(_further(item) for item in asked.extra),
        f"--signal=B:USR1@{asked.warning_s}",
        "--requeue",
        "--open-mode=append",
        f'--output="{_path(log)}"',
    ]
    head = "".join(f"#SBATCH {line}\n" for line in lines)
    return f"#!/bin/bash\n{head}exec {shlex.join(launch.worker)}\n"


def _given(name: str, value: str | int) -> tuple[str, ...]:
    return (f"--{name}={_checked(name, str(value))}",) if value else ()


def _checked(name: str, value: str) -> str:
    if not _VALUE.fullmatch(value) or not value.isprintable():
        raise UserError(f'"{ascii(value)[1:-1]}" can\'t be the {name} of a Slurm job.')
    return value


def _further(text: str) -> str:
    if not text.startswith("-"):
        raise UserError(f'"{ascii(text)[1:-1]}" is no option of sbatch; write it as --name=value.')
    return _checked("option", text)


def _path(path: str) -> str:
    if not path.isprintable() or '"' in path or "\\" in path:
        raise UserError(f"Slurm can't write to {path!a}; choose another runs folder.")
    return path


def _command(launch: Launch) -> LaunchCommand:
    """Writes the script into the run's folder, and submits that."""
    path = launch.run / SCRIPT
    path.write_text(batch_script(launch), encoding="utf-8")
    return LaunchCommand(arguments=("sbatch", "--parsable", str(path)))


SLURM = LauncherSpec(
    name="slurm",
    title="Slurm",
    description="A job of the cluster's scheduler; preempted or out of time it is saved, queued "
    "again and goes on from there.",
    command=_command,
    options=SlurmOptions,
    requires=("sbatch",),
)
