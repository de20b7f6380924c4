"""The model that a reference means: a live run's as it is, or a checkpoint's."""

from workbench.api.commands import Evaluate
from workbench.api.errors import WorkbenchError
from workbench.api.events import Evaluated
from workbench.cli.conversation import ask_if_live
from workbench.cli.references import find_reference
from workbench.core.checkpoints import find_checkpoint
from workbench.core.config import Config
from workbench.core.evaluation import EvaluationResult, read_live_evaluation
from workbench.core.predictor import Predictor
from workbench.core.runs import RunFolder, data_dir_of


def evaluate_reference(config: Config, reference: str, split: str) -> EvaluationResult:
    """Evaluate ``RUN`` or ``RUN@CHECKPOINT``, live where it is. Raises :class:`UserError`."""
    run, checkpoint = find_reference(config.runs_dir, reference)
    found = None if checkpoint else evaluate_live(run, split)
    if found is not None:
        return found
    with stored_model(config, run, checkpoint) as predictor:
        return predictor.evaluate(split)


def evaluate_live(run: RunFolder, split: str) -> EvaluationResult | None:
    """Let a live run's worker evaluate its model; ``None`` if there is no worker."""
    told = ask_if_live(run, Evaluate(split=split), Evaluated)
    if told is None:
        return None
    result = read_live_evaluation(run, split)
    if result is None or result.step != told.step:
        raise WorkbenchError(f"The worker of {run.name} could not keep its result in {run.path}.")
    return result


def stored_model(config: Config, run: RunFolder, checkpoint: str) -> Predictor:
    """A predictor of a checkpoint, the latest if none is named; close it."""
    name = find_checkpoint(run, checkpoint or "latest").name
    return Predictor(run, name, data_dir_of(run, config))
