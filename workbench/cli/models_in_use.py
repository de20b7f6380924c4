"""The model that a reference means: a live run's as it is, or a checkpoint's."""

from workbench.cli.references import find_reference
from workbench.core.checkpoints import find_checkpoint
from workbench.core.config import Config
from workbench.core.evaluation import EvaluationResult
from workbench.core.live_model import LiveModel
from workbench.core.predictor import Predictor
from workbench.core.runs import RunFolder, data_dir_of, is_alive
from workbench.core.runs.conversation import WorkerEndedError


def evaluate_reference(config: Config, reference: str, split: str) -> EvaluationResult:
    """Evaluate ``RUN`` or ``RUN@CHECKPOINT``, live where it is. Raises :class:`UserError`."""
    run, checkpoint = find_reference(config.runs_dir, reference)
    live = None if checkpoint else live_model(run)
    if live is not None:
        try:
            return live.evaluate(split)
        except WorkerEndedError:
            pass  # then its latest checkpoint
    with stored_model(config, run, checkpoint) as predictor:
        return predictor.evaluate(split)


def live_model(run: RunFolder) -> LiveModel | None:
    """The model of a live run; ``None`` if the run has no worker."""
    return LiveModel(run) if is_alive(run) else None


def stored_model(config: Config, run: RunFolder, checkpoint: str) -> Predictor:
    """A predictor of a checkpoint, the latest if none is named; close it."""
    name = find_checkpoint(run, checkpoint or "latest").name
    return Predictor(run, name, data_dir_of(run, config))
