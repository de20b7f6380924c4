"""Items of a split, chosen by index, by a filter over the whole split, or by an epoch."""

import contextlib
from dataclasses import dataclass

import click

from workbench.api.errors import UserError
from workbench.api.events import DataPrepared, Sample
from workbench.api.options import unknown_name
from workbench.cli.models_in_use import live_model, stored_model
from workbench.cli.narration import SAMPLE_LABEL
from workbench.cli.output import note
from workbench.cli.prediction_output import Model, Output, show_samples
from workbench.cli.references import find_reference
from workbench.core.config import Config
from workbench.core.evaluation import EvaluationResult, ItemFilter, epoch_samples, select
from workbench.core.evaluation.filtering import Order, Outcome
from workbench.core.live_model import LiveModel
from workbench.core.runs import RunFolder, events_of
from workbench.core.runs.conversation import WorkerEndedError

_FILTERED = 10


@dataclass(frozen=True)
class Choice:
    """Which items a person wants; class names as they were typed."""

    split: str
    indices: tuple[int, ...]
    count: int | None
    wrong: bool
    right: bool
    actual: str | None
    predicted: str | None
    most_wrong: bool
    least_sure: bool
    epoch: int | None

    @property
    def is_filtered(self) -> bool:
        """Whether the whole split must be looked at."""
        flags = (self.wrong, self.right, self.most_wrong, self.least_sure)
        return any(flags) or self.actual is not None or self.predicted is not None

    def check(self, has_images: bool) -> None:
        """Refuse what contradicts itself."""
        if self.wrong and self.right:
            raise click.UsageError("Give either --wrong or --right, not both.")
        if self.most_wrong and self.least_sure:
            raise click.UsageError("Give either --most-wrong or --least-sure, not both.")
        if self.indices and self.count is not None:
            raise click.UsageError("Give either --index or --count, not both.")
        ways = {
            "--index": bool(self.indices),
            "a filter": self.is_filtered,
            "--epoch": self.epoch is not None,
            "--image": has_images,
        }
        given = [name for name, is_given in ways.items() if is_given]
        if len(given) > 1:
            raise click.UsageError(f"Give either {given[0]} or {given[1]}, not both.")
        if self.count is not None and (has_images or self.epoch is not None):
            raise click.UsageError(f"--count goes with a filter or alone, not with {given[0]}.")

    def among(self, result: EvaluationResult) -> tuple[int, ...]:
        """The matching items. Raises :class:`UserError` for an unknown class, or if none is."""
        if result.errors is not None and (self.is_filtered and not self.most_wrong):
            raise UserError(
                f"The values that {result.model} predicts are near or far, and neither right nor "
                "wrong nor of a class; use --most-wrong, --index or --count."
            )
        outcome: Outcome = "wrong" if self.wrong else "right" if self.right else "any"
        order: Order = (
            "most-wrong" if self.most_wrong else "least-sure" if self.least_sure else "stored"
        )
        actual, predicted = (_class(result, name) for name in (self.actual, self.predicted))
        found = select(result, ItemFilter(actual, predicted, outcome, order))
        shown = found[: self.count or _FILTERED]
        note(f"{len(found):,} of {result.size:,} {result.split} items match; {len(shown):,} shown.")
        if result.is_sample:
            note(f"{SAMPLE_LABEL}: of the full split there may be more.")
        return shown


def _class(result: EvaluationResult, name: str | None) -> int | None:
    if name is None:
        return None
    lowered = [item.lower() for item in result.classes]
    if name in result.classes:
        return result.classes.index(name)
    if lowered.count(name.lower()) == 1:
        return lowered.index(name.lower())
    raise UserError(unknown_name(name, name, result.classes, "class"))


def predict_items(config: Config, reference: str, chosen: Choice, output: Output) -> None:
    """Predict the chosen items and show them. Raises :class:`UserError`."""
    run, checkpoint = find_reference(config.runs_dir, reference)
    if chosen.epoch is not None:
        _show_epoch(run, checkpoint, chosen.epoch, output)
        return
    live = None if checkpoint else live_model(run)
    if live is not None:
        with contextlib.suppress(WorkerEndedError):  # then its latest checkpoint
            _predict_live(live, chosen, output)
            return
    _predict_stored(config, run, checkpoint, chosen, output)


def _show_epoch(run: RunFolder, checkpoint: str, epoch: int, output: Output) -> None:
    if checkpoint:
        raise UserError("The samples of an epoch are the run's; leave the checkpoint out.")
    found = epoch_samples(run)
    if epoch not in found:
        known = f"; there are those of epoch 0 to {max(found)}" if found else " yet"
        raise UserError(f"The run {run.name} has no samples of epoch {epoch}{known}.")
    event = found[epoch]
    model = Model(run.name, None, event.step, event.split, _classes(run))
    show_samples(model, event.samples, output)


def _classes(run: RunFolder) -> tuple[str, ...]:
    """The classes of a run's data."""
    told = [event.classes for event in events_of(run, DataPrepared)]
    return told[-1] if told else ()


def _predict_live(live: LiveModel, chosen: Choice, output: Output) -> None:
    """Let the worker predict. Raises :class:`WorkerEndedError`."""
    indices = chosen.indices or tuple(range(chosen.count or 1))
    if chosen.is_filtered:
        indices = chosen.among(live.evaluate(chosen.split))
    found: tuple[Sample, ...] = ()
    step = 0
    if indices:
        told = live.items(indices, chosen.split, saliency=output.full)
        found, step = told.samples, told.step
    run = live.run
    model = Model(run.name, None, step, chosen.split, _classes(run))
    show_samples(model, found, output, as_table=chosen.is_filtered)


def _predict_stored(
    config: Config, run: RunFolder, checkpoint: str, chosen: Choice, output: Output
) -> None:
    with stored_model(config, run, checkpoint) as predictor:
        indices = chosen.indices or tuple(range(chosen.count or 1))
        if chosen.is_filtered:
            indices = chosen.among(predictor.evaluate(chosen.split))
        told = predictor.items(indices, chosen.split, saliency=output.full)
        ready = predictor.start()
    model = Model(ready.run, ready.checkpoint, ready.step, chosen.split, ready.classes)
    show_samples(model, told.samples, output, as_table=chosen.is_filtered)
