"""Options that several commands have."""

from pathlib import Path

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
detach = click.option("--detach", is_flag=True, help="Return as soon as the run has started.")
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
