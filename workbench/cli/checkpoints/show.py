"""``workbench checkpoints show``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.training import ModelSummary
    from workbench.core.checkpoints import Checkpoint


@click.command(name="show")
@click.argument("reference", metavar="RUN[@CHECKPOINT]")
@click.option("--weights", is_flag=True, help="Load it: layers, parameters, weight histograms.")
@flags.as_json
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def command(
    session: Session,
    reference: str,
    weights: bool,
    as_json: bool,
    data_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Look into a checkpoint: metrics, where it comes from, its files."""
    from workbench.cli.output import print_json
    from workbench.cli.references import find_reference
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.runs import data_dir_of
    from workbench.core.tasks import TaskSummary, WeightsTask, run_task

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    folder, name = find_reference(config.runs_dir, reference)
    checkpoint = find_checkpoint(folder, name or "latest")
    summary = None
    if weights:
        data = str(data_dir_of(folder, config))
        task = WeightsTask(str(folder.path), checkpoint.name, data)
        result = run_task(task)
        assert isinstance(result, TaskSummary)
        summary = result.summary
    if as_json:
        print_json({"manifest": checkpoint.manifest, "summary": summary})
        return
    _print_manifest(checkpoint)
    if summary is not None:
        _print_weights(summary)


def _print_manifest(checkpoint: "Checkpoint") -> None:
    from workbench.cli.checkpoints.listing import metric_texts
    from workbench.cli.output import print_table, say
    from workbench.core.checkpoints.lineage import lineage
    from workbench.core.units import bytes_text

    manifest = checkpoint.manifest
    accuracy, loss = metric_texts(checkpoint)
    saved = time.strftime("%Y-%m-%d %H:%M:%S", time.localtime(manifest.created))
    say(f"{manifest.run}@{manifest.name}, saved {saved} ({manifest.reason})")
    say(
        f"  next to train   epoch {manifest.epoch}, batch {manifest.batch} of {manifest.epochs}"
        f" epochs; {manifest.step:,} batches so far"
    )
    tested = [f"accuracy {accuracy}"] if accuracy else []
    tested += [f"loss {loss}"] if loss else []
    say(f"  test            {', '.join(tested) or 'not tested'}")
    say(f"  learning rate   {manifest.learning_rate:g}")
    say(f"  protected       {'yes' if manifest.protected else 'no'}")
    say(f"  comes from      {' < '.join(lineage(checkpoint))}")
    versions = ", ".join(f"{name} {version}" for name, version in manifest.versions.items())
    say(f"  versions        {versions}")
    say()
    print_table(
        ("FILE", "SIZE", "SHA-256"),
        [
            (name, bytes_text(entry.size_bytes), entry.sha256)
            for name, entry in manifest.files.items()
        ],
    )


def _print_weights(summary: "ModelSummary") -> None:
    from workbench.cli.models import print_summary
    from workbench.cli.output import print_table, say
    from workbench.core.text import bar_text

    say()
    print_summary(summary)
    say()
    print_table(
        ("WEIGHT OR BIAS", "FROM", "HOW MANY VALUES", "TO"),
        [
            (
                item.name,
                f"{float(item.min):+.3g}",
                bar_text(item.histogram),
                f"{float(item.max):+.3g}",
            )
            for item in summary.tensors
        ],
    )
