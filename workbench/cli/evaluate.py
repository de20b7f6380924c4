"""``workbench evaluate``."""

import shutil
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.evaluation import EvaluationResult


@click.command()
@click.argument("references", metavar="RUN[@CHECKPOINT]...", nargs=-1, required=True)
@flags.split
@click.option("--full", is_flag=True, help="Show each class, the confusion matrix, calibration.")
@flags.as_json
@flags.csv_file
@flags.parquet_file
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def evaluate(
    session: Session,
    references: tuple[str, ...],
    split: str,
    full: bool,
    as_json: bool,
    csv_file: Path | None,
    parquet_file: Path | None,
    data_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Evaluate models on a split, several of them side by side.

    CHECKPOINT is a checkpoint's name, latest or best. Without one a live run's worker
    evaluates the model as it is, and any other run's latest checkpoint is taken. The result
    is kept with the checkpoint. A CSV or Parquet file has a row for each class,
    or for each target of a regression.
    """
    from workbench.cli.handing_on import write_tables
    from workbench.cli.models_in_use import evaluate_reference
    from workbench.cli.output import print_json

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    results = [evaluate_reference(config, reference, split) for reference in references]
    write_tables([row for item in results for row in _class_rows(item)], csv_file, parquet_file)
    if as_json:
        plain = [_plain(item) for item in results]
        print_json(plain if len(plain) > 1 else plain[0])
        return
    _show(results, full)


def _show(results: "list[EvaluationResult]", full: bool) -> None:
    from workbench.api.events import test_lines
    from workbench.cli.evaluation_tables import print_comparison, print_in_full
    from workbench.cli.output import say
    from workbench.cli.pictures import terminal_colors
    from workbench.core.evaluation import evaluated

    for item in results:
        _label(item)
        for line in test_lines(evaluated(item)):
            say(line)
        if full:
            print_in_full(item, terminal_colors(), shutil.get_terminal_size().columns)
            say()
    if len(results) > 1:
        print_comparison(results)


def _plain(found: "EvaluationResult") -> dict[str, Any]:
    """The result without its items, which `workbench predict` gives."""
    import msgspec

    record = msgspec.to_builtins(found)
    for name in ("type", "format", "items"):
        del record[name]
    return {**record, "checkpoint": found.checkpoint or None, "accuracy": found.accuracy}


def _class_rows(found: "EvaluationResult") -> list[dict[str, Any]]:
    if found.errors is not None:
        return [
            {
                "run": found.run,
                "checkpoint": found.checkpoint,
                "step": found.step,
                "split": found.split,
                "target": item.name,
                "mae": float(item.mae),
                "mse": float(item.mse),
                "bias": float(item.bias),
                "r2": None if item.r2 is None else float(item.r2),
            }
            for item in found.errors.targets
        ]
    return [
        {
            "run": found.run,
            "checkpoint": found.checkpoint,
            "step": found.step,
            "split": found.split,
            "class": item.name,
            "precision": item.precision,
            "recall": item.recall,
            "f1": item.f1,
            "support": item.support,
            "predicted": item.predicted,
        }
        for item in found.per_class
    ]


def _label(found: "EvaluationResult") -> None:
    from workbench.cli.narration import SAMPLE_LABEL
    from workbench.cli.output import note

    model = found.model if found.checkpoint else f"{found.run}, live,"
    note(f"{model} after {found.step:,} batches, on {found.size:,} {found.split} items:")
    if found.is_sample:
        note(f"{SAMPLE_LABEL}: this accuracy is that of a small sample.")
