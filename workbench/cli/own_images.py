"""A person's own images through a run's model."""

from collections.abc import Sequence
from typing import Any

from workbench.api.errors import UserError
from workbench.cli.handing_on import write_tables
from workbench.cli.in_depth import print_bars, print_pictures
from workbench.cli.models_in_use import live_model, stored_model
from workbench.cli.output import note, print_json, print_table, say
from workbench.cli.prediction_output import Output, probability_columns
from workbench.cli.references import find_reference
from workbench.core.config import Config
from workbench.core.images import decode_image
from workbench.core.prediction import Invert, ModelReady, PredictFiles, Prediction
from workbench.core.units import percent_text


def predict_images(
    config: Config, reference: str, paths: tuple[str, ...], invert: Invert, output: Output
) -> None:
    """Predict image files and show them. Raises :class:`UserError`, at the end for bad files."""
    run, checkpoint = find_reference(config.runs_dir, reference)
    live = None if checkpoint else live_model(run)
    if live is not None:
        checkpoint = live.saved().name
        note(f"{run.name} is live; its model as it is now is the checkpoint {checkpoint}.")
    with stored_model(config, run, checkpoint) as predictor:
        ready = predictor.start()
        request = PredictFiles(paths, invert, saliency=output.full)
        found = predictor.files(request)
    _show(ready, found, output)
    bad = [item.problem for item in found if item.problem]
    if len(bad) > 1:
        raise UserError(f"{len(bad)} of {len(found)} images can't be predicted; {bad[0]}")
    if bad:
        raise UserError(bad[0])


def _show(ready: ModelReady, found: Sequence[Prediction], output: Output) -> None:
    rows = [_row(item, ready.classes) for item in found]
    write_tables(rows, output.csv_file, output.parquet_file)
    good = [item for item in found if not item.problem]
    if output.as_json:
        print_json(
            {
                "run": ready.run,
                "checkpoint": ready.checkpoint,
                "step": ready.step,
                "classes": ready.classes,
                "predictions": [_plain(item) for item in found],
            }
        )
    elif output.full or len(found) == 1:
        for item in good:
            _print_in_depth(item, ready.classes)
    else:
        head = ("FILE", "PREDICTED", "CONFIDENCE", "NEXT", "INVERTED")
        print_table(head, [_cells(item, ready.classes) for item in good])
        bad = [item.problem for item in found if item.problem]
        for problem in bad[1:]:  # the first ends the command
            note(problem)


def _print_in_depth(item: Prediction, classes: Sequence[str]) -> None:
    say(f'Predicted: "{item.predicted}"')
    is_sure = item.confidence is not None
    say(f"{item.file}, confidence {percent_text(item.confidence)}" if is_sure else item.file)
    for step in item.steps:
        say(f"{step.name}: {step.note}")
    pictures = [(decode_image(step.shape, step.pixels), step.name) for step in item.steps]
    if item.saliency:
        pictures.append((decode_image(item.shape[:2], item.saliency), "saliency"))
    print_pictures(pictures)
    print_bars(classes, item.probabilities)


def _cells(item: Prediction, classes: Sequence[str]) -> tuple[str, ...]:
    ranked = sorted(zip(item.probabilities, classes, strict=True), reverse=True)
    next_best = f"{ranked[1][1]} {percent_text(ranked[1][0])}" if len(ranked) > 1 else ""
    inverted = "inverted" if item.is_inverted else ""
    return item.file, item.predicted, percent_text(item.confidence), next_best, inverted


def _row(item: Prediction, classes: Sequence[str]) -> dict[str, Any]:
    return {
        "file": item.file,
        "predicted": item.predicted or None,
        "confidence": None if item.problem else item.confidence,
        "is_inverted": item.is_inverted,
        "problem": item.problem or None,
        **probability_columns(classes, item.probabilities),
    }


def _plain(item: Prediction) -> dict[str, Any]:
    return {
        "file": item.file,
        "predicted": item.predicted or None,
        "confidence": None if item.problem else item.confidence,
        "probabilities": item.probabilities,
        "is_inverted": item.is_inverted,
        "steps": [{"name": step.name, "note": step.note} for step in item.steps],
        "problem": item.problem or None,
    }
