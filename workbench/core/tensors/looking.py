"""The tensors of a live run's model as it is, or of a checkpoint."""

from collections.abc import Sequence

from workbench.api.events import TensorsRead
from workbench.core.checkpoints import find_checkpoint
from workbench.core.config import Config
from workbench.core.live_model import LiveModel
from workbench.core.runs import RunFolder, data_dir_of, is_alive
from workbench.core.runs.conversation import WorkerEndedError
from workbench.core.tasks import TensorsTask, run_task


def look_into(
    run: RunFolder, checkpoint: str, config: Config, split: str, indices: Sequence[int]
) -> TensorsRead:
    """Let some items pass through the model; call it in a thread from a screen.

    Without a checkpoint a live run's worker answers between two batches, or at once if it is
    paused, and for any other run the latest checkpoint is taken. Raises
    :class:`WorkbenchError`.
    """
    if not checkpoint and is_alive(run):
        try:
            return LiveModel(run).tensors(indices, split)
        except WorkerEndedError:
            pass  # then its latest checkpoint
    name = find_checkpoint(run, checkpoint or "latest").name
    data_dir = str(data_dir_of(run, config))
    found = run_task(TensorsTask(str(run.path), name, data_dir, split, tuple(indices)))
    assert isinstance(found, TensorsRead)
    return found
