"""Predictions as lines, in depth, as JSON, CSV or Parquet."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.api.events import Sample
from workbench.api.formats import prediction_line
from workbench.cli.handing_on import write_tables
from workbench.cli.in_depth import print_sample
from workbench.cli.output import note, print_json, print_table, say
from workbench.core.units import percent_text

_HEAD = ("ITEM", "", "PREDICTED", "ACTUAL", "CONFIDENCE", "LOSS")


@dataclass(frozen=True)
class Output:
    """How a person wants the predictions."""

    full: bool
    as_json: bool
    csv_file: Path | None
    parquet_file: Path | None


@dataclass(frozen=True)
class Model:
    """What predicted: a checkpoint, or the run's own model at this step."""

    run: str
    checkpoint: str | None
    step: int
    split: str
    classes: tuple[str, ...]


def show_samples(
    model: Model, samples: Sequence[Sample], output: Output, *, as_table: bool = False
) -> None:
    """Give the samples in the way that was asked for; ``as_table`` says which items they are."""
    rows = [_row(sample, model.classes) for sample in samples]
    write_tables(rows, output.csv_file, output.parquet_file)
    if output.as_json:
        print_json(
            {
                "run": model.run,
                "checkpoint": model.checkpoint,
                "split": model.split,
                "step": model.step,
                "classes": model.classes,
                "samples": [_plain(sample) for sample in samples],
            }
        )
        return
    if as_table and not output.full:
        print_table(_HEAD, [_cells(sample) for sample in samples])
        return
    for place, sample in enumerate(samples):
        say(prediction_line(sample.predicted, sample.actual))
        if output.full:
            print_sample(sample, model.split, model.classes)
            if place + 1 < len(samples):
                say()
    if output.full and samples and not any(sample.saliency for sample in samples):
        note("There are no saliency maps: the backend draws none, or they were not kept.")


def _cells(sample: Sample) -> tuple[str, ...]:
    return (
        str(sample.index),
        _mark(sample),
        sample.predicted,
        sample.actual,
        "" if sample.confidence is None else percent_text(sample.confidence),
        "" if sample.loss is None else f"{float(sample.loss):.6f}",
    )


def _mark(sample: Sample) -> str:
    if sample.confidence is None:  # the values of a regression are near or far, not right
        return ""
    return "✓" if sample.predicted == sample.actual else "✗"


def _plain(sample: Sample) -> dict[str, Any]:
    return {
        "index": sample.index,
        "predicted": sample.predicted,
        "actual": sample.actual,
        "confidence": sample.confidence,
        "loss": sample.loss,
        "probabilities": sample.probabilities,
        "outputs": sample.outputs,
        "targets": sample.targets,
    }


def _row(sample: Sample, classes: tuple[str, ...]) -> dict[str, Any]:
    if sample.confidence is None:
        pairs = enumerate(zip(sample.targets, sample.outputs, strict=True))
        values = {
            f"{name}[{place}]": float(value)
            for place, pair in pairs
            for name, value in zip(("actual", "predicted"), pair, strict=True)
        }
        loss = None if sample.loss is None else float(sample.loss)
        return {"index": sample.index, **values, "loss": loss}
    return {
        "index": sample.index,
        "actual": sample.actual,
        "predicted": sample.predicted,
        "is_right": sample.actual == sample.predicted,
        "confidence": sample.confidence,
        "loss": None if sample.loss is None else float(sample.loss),
        **probability_columns(classes, sample.probabilities),
    }


def probability_columns(
    classes: Sequence[str], probabilities: Sequence[float]
) -> dict[str, float | None]:
    """One column a class; empty cells where there are no probabilities."""
    filled: Sequence[float | None] = probabilities or [None] * len(classes)
    return {f"p({name})": value for name, value in zip(classes, filled, strict=True)}
