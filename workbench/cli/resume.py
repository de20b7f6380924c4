"""``workbench resume``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.config import Config
    from workbench.core.runs import RunFolder


@click.command()
@click.argument("run")
@click.option("--epochs", type=int, help="Epochs in all, e.g. to extend a completed run.")
@click.option("--device", metavar="DEVICE", help="Go on with another device than before.")
@click.option("--devices", metavar="N|all|LIST", help="Go on with other devices than before.")
@flags.data_dir
@flags.runs_dir
@flags.detach
@flags.machines
@click.pass_obj
def resume(
    session: Session,
    /,
    run: str,
    epochs: int | None,
    device: str | None,
    devices: str | None,
    data_dir: Path | None,
    runs_dir: Path | None,
    detach: bool,
    nnodes: int | None,
    rdzv: str | None,
) -> None:
    """Let a run go on, from its latest checkpoint if need be.

    A paused run goes on where it waits. One that was stopped or interrupted, or that failed,
    gets a new worker, which goes on from the latest checkpoint and is followed as by train.
    So does a completed one that is given more epochs. A run that was submitted to a cluster is
    submitted again.
    """
    from workbench.api.commands import SetEpochs
    from workbench.api.errors import UserError
    from workbench.cli.gathering import gather
    from workbench.cli.launching import train_detached, train_here
    from workbench.cli.output import say
    from workbench.core.runs import append_command, find_run, is_alive, overview
    from workbench.core.slurm import job_script, submit_again

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    folder = find_run(config.runs_dir, run)
    state = overview(folder).state
    if is_alive(folder) and nnodes is None:
        if (device, devices) != (None, None):
            raise UserError(
                f"{folder.name} has a worker; stop it first with `workbench stop {folder.name}`."
            )
        _wake(folder, state, epochs)
        return
    if epochs is not None:
        _refuse_too_few(folder, epochs)
    if (device, devices) != (None, None):
        _use_devices(session, folder, config, device, devices)
    if epochs is not None:
        append_command(folder, SetEpochs(epochs=epochs))
    elif state == "completed":
        raise UserError(
            f"{folder.name} is completed; --epochs makes it longer, and "
            f"`workbench train {folder.plan}` repeats it as a new run."
        )
    if job_script(folder).is_file():
        job = submit_again(folder)
        say(f"{folder.name} is submitted again as Slurm job {job}.")
        return
    folder, node = gather(config, nnodes, rdzv, lambda: folder)
    if detach:
        train_detached(folder, config, node=node)
    else:
        train_here(folder, config, debug=session.debug, node=node)


def _refuse_too_few(run: "RunFolder", epochs: int) -> None:
    """Raise :class:`UserError` for fewer epochs than the run has behind it.

    Its worker could only warn, and would train on as if nothing had been said.
    """
    from workbench.api.errors import UserError
    from workbench.core.checkpoints import is_whole, list_checkpoints

    # A damaged checkpoint is not gone on from. Only those that matter are looked into.
    late = (item for item in reversed(list_checkpoints(run)) if item.manifest.epoch >= epochs)
    trained = next((item.manifest.epoch for item in late if is_whole(item)), 0)
    if epochs <= trained:
        raise UserError(
            f"{run.name} has {trained} epochs behind it, so {epochs} are too few; give --epochs "
            f"at least {trained + 1}."
        )


def _use_devices(
    session: Session,
    run: "RunFolder",
    config: "Config",
    device: str | None,
    devices: str | None,
) -> None:
    """Change the devices that a run without a worker goes on with."""
    from workbench.cli.plan_flags import load_registry
    from workbench.core.config import read_run_document
    from workbench.core.runs.managing import change_devices

    document = read_run_document(run.plan, config.plugin_paths)
    registry = load_registry(session, config, document)
    change_devices(run, registry, device=device, devices=devices)


def _wake(run: "RunFolder", state: str, epochs: int | None) -> None:
    """Let a run go on that has a worker."""
    from workbench.api.commands import Resume, SetEpochs
    from workbench.api.events import RunResumed
    from workbench.cli.output import say
    from workbench.core.runs.conversation import Conversation

    conversation = Conversation(run)
    if epochs is not None:
        conversation.ask(SetEpochs(epochs=epochs))
    if state != "paused":
        say(f"{run.name} has a worker already; `workbench attach {run.name}` follows it.")
        return
    conversation.ask(Resume())
    resumed = conversation.wait_for(RunResumed)
    say(f"{run.name} goes on after {resumed.step:,} batches.")
