"""``workbench predict``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.prediction import Invert


@click.command()
@click.argument("run", metavar="RUN[@CHECKPOINT]")
@click.argument("files", metavar="[FILE]...", nargs=-1)
@flags.split
@click.option(
    "--index", "indices", type=int, multiple=True, help="Item of the split, from 0; repeatable."
)
@click.option("--count", type=click.IntRange(min=1), help="How many items; 1 without a filter.")
@click.option("--wrong", is_flag=True, help="Items that are classified wrong.")
@click.option("--right", is_flag=True, help="Items that are classified right.")
@click.option("--class", "actual", metavar="NAME", help="Items of this class.")
@click.option("--predicted", metavar="NAME", help="Items that are taken for this class.")
@click.option("--most-wrong", is_flag=True, help="Items of the highest loss first.")
@click.option("--least-sure", is_flag=True, help="Items of the lowest confidence first.")
@click.option("--epoch", type=int, help="The run's fixed samples as they were after this epoch.")
@click.option(
    "--image", "images", multiple=True, metavar="FILE", help="Image file or folder; repeatable."
)
@click.option(
    "--invert",
    type=click.Choice(("auto", "yes", "no")),
    default="auto",
    show_default=True,
    help="Whether --image swaps bright and dark.",
)
@click.option("--full", is_flag=True, help="Show picture, probabilities and saliency map.")
@flags.as_json
@flags.csv_file
@flags.parquet_file
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def predict(
    session: Session,
    run: str,
    files: tuple[str, ...],
    split: str,
    indices: tuple[int, ...],
    count: int | None,
    wrong: bool,
    right: bool,
    actual: str | None,
    predicted: str | None,
    most_wrong: bool,
    least_sure: bool,
    epoch: int | None,
    images: tuple[str, ...],
    invert: "Invert",
    full: bool,
    as_json: bool,
    csv_file: Path | None,
    parquet_file: Path | None,
    data_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Predict items of a split, or your own images, with a run's model.

    Predicts the first test item unless others are named. Filters may be combined, and show 10
    items unless --count says more. FILEs belong to --image, as in --image *.png; each is
    transformed as the dataset's images are, and every step of that is shown.

    CHECKPOINT is a checkpoint's name, latest or best. Without one a live run's worker
    predicts with the model as it is, and any other run's latest checkpoint is taken.
    """
    from workbench.cli.item_choice import Choice, predict_items
    from workbench.cli.own_images import predict_images
    from workbench.cli.prediction_output import Output

    chosen = Choice(
        split, indices, count, wrong, right, actual, predicted, most_wrong, least_sure, epoch
    )
    chosen.check(bool(images))
    if files and not images:
        raise click.UsageError("Image files go after --image, as in --image a.png b.png.")
    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    output = Output(full, as_json, csv_file, parquet_file)
    if images:
        predict_images(config, run, (*images, *files), invert, output)
    else:
        predict_items(config, run, chosen, output)
