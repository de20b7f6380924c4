"""``workbench predict``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.events import SamplesPredicted
    from workbench.core.runs import RunFolder


@click.command()
@click.argument("run", metavar="RUN[@CHECKPOINT]")
@click.option(
    "--index", "indices", type=int, multiple=True, help="Test item, from 0; may be repeated."
)
@click.option("--count", type=click.IntRange(min=1), help="The first COUNT test items.")
@flags.as_json
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def predict(
    session: Session,
    run: str,
    indices: tuple[int, ...],
    count: int | None,
    as_json: bool,
    data_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Predict test items with a run's model.

    Predicts the first item unless others are named.

    CHECKPOINT is a checkpoint's name, latest or best. Without one a live run's worker
    predicts with the model as it is, and any other run's latest checkpoint is taken.
    """
    from workbench.api.formats import prediction_line
    from workbench.cli.output import print_json, say
    from workbench.cli.references import find_reference

    if indices and count is not None:
        raise click.UsageError("Give either --index or --count, not both.")
    wanted = indices or tuple(range(count or 1))
    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    folder, checkpoint = find_reference(config.runs_dir, run)
    found = None if checkpoint else _live(folder, wanted)
    if found is None:
        found, checkpoint = _stored(folder, checkpoint or "latest", wanted, config.data_dir)
    if as_json:
        print_json(_plain(found, folder.name, checkpoint or None))
        return
    for sample in found.samples:
        say(prediction_line(sample.predicted, sample.actual))


def _live(folder: "RunFolder", indices: tuple[int, ...]) -> "SamplesPredicted | None":
    from workbench.api.commands import Predict
    from workbench.api.events import SamplesPredicted
    from workbench.cli.conversation import ask_if_live

    return ask_if_live(folder, Predict(indices=indices), SamplesPredicted)


def _stored(
    folder: "RunFolder", name: str, indices: tuple[int, ...], data_dir: Path
) -> "tuple[SamplesPredicted, str]":
    from workbench.api.events import SamplesPredicted
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.tasks import PredictTask, run_task

    checkpoint = find_checkpoint(folder, name).name
    result = run_task(PredictTask(str(folder.path), checkpoint, indices, str(data_dir)))
    assert isinstance(result, SamplesPredicted)
    return result, checkpoint


def _plain(found: "SamplesPredicted", run: str, checkpoint: str | None) -> dict[str, object]:
    return {
        "run": run,
        "checkpoint": checkpoint,
        "split": found.split,
        "step": found.step,
        "samples": [
            {
                "index": sample.index,
                "predicted": sample.predicted,
                "actual": sample.actual,
                "confidence": sample.confidence,
            }
            for sample in found.samples
        ],
    }
