"""Options that several commands have."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

runs_dir = click.option(
    "--runs-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the runs.",
)
data_dir = click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    metavar="DIR",
    help="Folder of the datasets.",
)
as_json = click.option("--json", "as_json", is_flag=True, help="Print one JSON document.")
split = click.option(
    "--split", default="test", show_default=True, metavar="NAME", help="Split of the dataset."
)
csv_file = click.option(
    "--csv",
    "csv_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the rows as CSV too.",
)
parquet_file = click.option(
    "--parquet",
    "parquet_file",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="Write the rows as Parquet too; needs pyarrow.",
)
detach = click.option("--detach", is_flag=True, help="Return as soon as the run has started.")
_MACHINES = (
    click.option("--nnodes", type=click.IntRange(min=1), metavar="N", help="Machines that train."),
    click.option(
        "--rdzv", metavar="HOST:PORT", help="First machine, and a free port of it, where all meet."
    ),
)
dataset = click.option("--dataset", metavar="NAME", help="Dataset to train on.")
optimizer = click.option("--optimizer", metavar="NAME", help="Optimizer.")
backend = click.option("--backend", metavar="NAME", help="Framework that trains.")
assignments = click.option(
    "--set",
    "assignments",
    multiple=True,
    metavar="KEY=VALUE",
    help="Any other key of the plan, e.g. model.hidden=512,512; may be repeated.",
)

_plan = (
    click.option("--preset", metavar="NAME", help="Preset to start from, instead of a plan file."),
    dataset,
    click.option("--model", metavar="NAME", help="Model to train."),
    optimizer,
    backend,
    click.option("--device", metavar="DEVICE", help="auto, cpu, cuda:N or mps."),
    click.option(
        "--devices", metavar="N|all|LIST", help="How many devices, all, or GPUs such as 0,2."
    ),
    click.option("--epochs", type=int, help="Passes over the training split."),
    click.option("--batch-size", type=int, help="Items in a batch."),
    click.option("--seed", type=int, help="Seed of weights, order and dropout."),
    assignments,
)


def plan(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options that say what is trained, beside a plan file."""
    for decorate in reversed(_plan):
        command = decorate(command)
    return command


def machines(command: Callable[..., Any]) -> Callable[..., Any]:
    """The options of a run on several machines."""
    for decorate in reversed(_MACHINES):
        command = decorate(command)
    return command
