"""``workbench checkpoints``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.checkpoints import Checkpoint

_HEAD = ("CHECKPOINT", "EPOCH", "BATCH", "STEP", "ACCURACY", "LOSS", "SIZE", "SAVED", "WHY")


@click.command()
@click.argument("run")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def checkpoints(session: Session, run: str, as_json: bool, runs_dir: Path | None) -> None:
    """List the checkpoints of a run.

    Oldest first. Epoch and batch are the next to train after it.
    """
    from workbench.cli.narration import SAMPLE_LABEL
    from workbench.cli.output import note, print_json, print_table, say
    from workbench.core.checkpoints import list_checkpoints
    from workbench.core.runs import find_run, overview

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
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
