"""``workbench checkpoints``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.checkpoints import Checkpoint
    from workbench.core.runs import RunFolder

_HEAD = ("CHECKPOINT", "EPOCH", "BATCH", "STEP", "ACCURACY", "LOSS", "SIZE", "SAVED", "WHY")


@click.command()
@click.argument("run")
@click.option("--rename", nargs=2, metavar="NAME NEW_NAME", help="Give one another name.")
@click.option("--protect", metavar="NAME", help="Keep one from ever being deleted.")
@click.option("--unprotect", metavar="NAME", help="Let a protected one go again.")
@click.option("--delete", metavar="NAME", help="Move one to the trash.")
@click.option("--restore", metavar="NAME", help="Bring a deleted one back.")
@click.option("--empty-trash", is_flag=True, help="Delete the deleted ones for good.")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def checkpoints(
    session: Session, /, run: str, as_json: bool, runs_dir: Path | None, **actions: Any
) -> None:
    """List the checkpoints of a run.

    Oldest first. Epoch and batch are the next to train after it. With one of the options,
    do that instead.
    """
    from workbench.core.runs import find_run

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    asked = {name: value for name, value in actions.items() if value}
    if len(asked) > 1:
        raise click.UsageError("Give one of the options at a time.")
    for name, value in asked.items():
        _act(folder, name, value)
    if not asked:
        _list(folder, as_json)


def _act(run: "RunFolder", action: str, value: Any) -> None:
    from workbench.cli.output import say
    from workbench.core.checkpoints import managing
    from workbench.core.units import bytes_text

    match action:
        case "rename":
            renamed = managing.rename_checkpoint(run, *value)
            say(f"{run.name}@{value[0]} is {run.name}@{renamed.name} now.")
        case "protect" | "unprotect":
            kept = managing.protect_checkpoint(run, value, action == "protect")
            say(f"{run.name}@{kept.name} is {'' if action == 'protect' else 'un'}protected now.")
        case "delete":
            deleted = managing.delete_checkpoint(run, value)
            say(f"{run.name}@{deleted.name} is in the trash; --restore brings it back.")
        case "restore":
            restored = managing.restore_checkpoint(run, value)
            say(f"{run.name}@{restored.name} is back.")
        case _:
            say(f"Deleted for good: {bytes_text(managing.empty_trash(run))}.")


def _list(folder: "RunFolder", as_json: bool) -> None:
    from workbench.cli.narration import SAMPLE_LABEL
    from workbench.cli.output import note, print_json, print_table, say
    from workbench.core.checkpoints import list_checkpoints
    from workbench.core.runs import overview

    found = list_checkpoints(folder)
    is_sample = overview(folder).is_sample
    if as_json:
        print_json([_plain(item, is_sample) for item in found])
        return
    if not found:
        say(f"{folder.name} has no checkpoint yet.")
        return
    print_table(_HEAD, [_row(item) for item in found])
    if is_sample:
        note(f"{SAMPLE_LABEL}: the accuracies are those of a small sample.")


def _plain(item: "Checkpoint", is_sample: bool) -> dict[str, Any]:
    manifest = item.manifest
    return {
        "name": item.name,
        "path": str(item.path),
        "epoch": manifest.epoch,
        "batch": manifest.batch,
        "step": manifest.step,
        "accuracy": manifest.metrics.accuracy,
        "loss": manifest.metrics.loss,
        "is_sample": is_sample,
        "size_bytes": manifest.size_bytes,
        "created": manifest.created,
        "reason": manifest.reason,
        "protected": manifest.protected,
    }


def _row(item: "Checkpoint") -> tuple[str, ...]:
    from workbench.core.units import bytes_text, percent_text

    manifest = item.manifest
    accuracy, loss = manifest.metrics.accuracy, manifest.metrics.loss
    return (
        item.name,
        str(manifest.epoch),
        str(manifest.batch),
        str(manifest.step),
        "" if accuracy is None else percent_text(accuracy),
        "" if loss is None else f"{float(loss):.6f}",
        bytes_text(manifest.size_bytes),
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(manifest.created)),
        f"{manifest.reason}, protected" if manifest.protected else manifest.reason,
    )
