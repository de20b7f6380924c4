"""``workbench evaluate``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.events import Evaluated
    from workbench.core.runs import RunFolder


@click.command()
@click.argument("run", metavar="RUN[@CHECKPOINT]")
@flags.as_json
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def evaluate(
    session: Session, run: str, as_json: bool, data_dir: Path | None, runs_dir: Path | None
) -> None:
    """Evaluate a run's model on the test split.

    CHECKPOINT is a checkpoint's name, latest or best. Without one a live run's worker
    evaluates the model as it is, and any other run's latest checkpoint is taken.
    """
    from workbench.api.events import log_lines
    from workbench.cli.output import print_json, say
    from workbench.cli.references import find_reference

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    folder, checkpoint = find_reference(config.runs_dir, run)
    found = None if checkpoint else _live(folder)
    if found is None:
        found, checkpoint = _stored(folder, checkpoint or "latest", config.data_dir)
    if as_json:
        print_json(_plain(found, folder.name, checkpoint or None))
        return
    _label(found, folder, checkpoint)
    for line in log_lines(found):
        say(line)


def _live(folder: "RunFolder") -> "Evaluated | None":
    from workbench.api.commands import Evaluate
    from workbench.api.events import Evaluated
    from workbench.cli.conversation import ask_if_live

    return ask_if_live(folder, Evaluate(), Evaluated)


def _stored(folder: "RunFolder", name: str, data_dir: Path) -> "tuple[Evaluated, str]":
    from workbench.api.events import Evaluated
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.tasks import EvaluateTask, run_task

    checkpoint = find_checkpoint(folder, name).name
    result = run_task(EvaluateTask(str(folder.path), checkpoint, str(data_dir)))
    assert isinstance(result, Evaluated)
    return result, checkpoint


def _plain(found: "Evaluated", run: str, checkpoint: str | None) -> dict[str, object]:
    return {
        "run": run,
        "checkpoint": checkpoint,
        "split": found.split,
        "step": found.step,
        "accuracy": found.accuracy,
        "loss": found.loss,
        "correct": found.correct,
        "size": found.size,
        "is_sample": found.is_sample,
    }


def _label(found: "Evaluated", folder: "RunFolder", checkpoint: str) -> None:
    from workbench.cli.narration import SAMPLE_LABEL
    from workbench.cli.output import note

    model = f"{folder.name}@{checkpoint}" if checkpoint else f"{folder.name}, live,"
    note(f"{model} after {found.step:,} batches, on {found.size:,} {found.split} items:")
    if found.is_sample:
        note(f"{SAMPLE_LABEL}: this accuracy is that of a small sample.")
