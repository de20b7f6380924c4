"""``workbench checkpoints list``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.checkpoints import Checkpoint

_HEAD = ("CHECKPOINT", "EPOCH", "BATCH", "STEP", "ACCURACY", "LOSS", "SIZE", "SAVED", "WHY")


@click.command(name="list")
@click.argument("run")
@click.option(
    "--sort",
    type=click.Choice(("age", "accuracy", "loss", "size")),
    default="age",
    show_default=True,
    help="Oldest, least accurate, highest loss or smallest first.",
)
@click.option("--deleted", is_flag=True, help="List those in the trash.")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def command(
    session: Session, run: str, sort: str, deleted: bool, as_json: bool, runs_dir: Path | None
) -> None:
    """List the checkpoints of a run.

    Epoch and batch are the next to train after it.
    """
    from workbench.cli.narration import SAMPLE_LABEL
    from workbench.cli.output import note, print_json, print_table, say
    from workbench.core.checkpoints import list_checkpoints
    from workbench.core.checkpoints.managing import list_trash
    from workbench.core.runs import find_run, overview

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    found = sort_checkpoints(list_trash(folder) if deleted else list_checkpoints(folder), sort)
    is_sample = overview(folder).is_sample
    if as_json:
        print_json([_plain(item, is_sample) for item in found])
        return
    if not found:
        what = "no deleted checkpoint" if deleted else "no checkpoint yet"
        say(f"{folder.name} has {what}.")
        return
    print_table(_HEAD, [_row(item) for item in found])
    if is_sample:
        note(f"{SAMPLE_LABEL}: the accuracies are those of a small sample.")


def sort_checkpoints(found: "list[Checkpoint]", by: str) -> "list[Checkpoint]":
    """The checkpoints in the order that a person asked for; untested ones come first."""
    match by:
        case "accuracy":
            return sorted(found, key=lambda item: item.manifest.metrics.accuracy or -1.0)
        case "loss":
            return sorted(found, key=lambda item: -_loss(item))
        case "size":
            return sorted(found, key=lambda item: item.manifest.size_bytes)
        case _:
            return found


def _loss(item: "Checkpoint") -> float:
    loss = item.manifest.metrics.loss
    return float("inf") if loss is None or float(loss) != float(loss) else float(loss)


def _plain(item: "Checkpoint", is_sample: bool) -> dict[str, Any]:
    manifest = item.manifest
    return {
        "name": manifest.name,
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
    from workbench.core.units import bytes_text

    manifest = item.manifest
    return (
        manifest.name,
        str(manifest.epoch),
        str(manifest.batch),
        str(manifest.step),
        *metric_texts(item),
        bytes_text(manifest.size_bytes),
        time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(manifest.created)),
        f"{manifest.reason}, protected" if manifest.protected else manifest.reason,
    )


def metric_texts(item: "Checkpoint") -> tuple[str, str]:
    """Accuracy and loss of the test at this checkpoint; empty where there was none."""
    from workbench.core.units import percent_text

    accuracy, loss = item.manifest.metrics.accuracy, item.manifest.metrics.loss
    return (
        "" if accuracy is None else percent_text(accuracy),
        "" if loss is None else f"{float(loss):.6f}",
    )
