"""``RUN`` and ``RUN@CHECKPOINT`` as a person writes them."""

from pathlib import Path

from workbench.api.errors import UserError
from workbench.core.checkpoints import Checkpoint, find_checkpoint
from workbench.core.runs import RunFolder, find_run


def split_reference(text: str) -> tuple[str, str]:
    """The run and the checkpoint, which is empty where none is named."""
    run, separator, checkpoint = text.rpartition("@")
    if not separator or "/" in checkpoint:  # the @ of a folder on the way to the run
        return text, ""
    if not (run and checkpoint):
        raise UserError(f'"{text}" is not RUN@CHECKPOINT, such as quiet-otter-12@best.')
    return run, checkpoint


def find_reference(runs_dir: Path, text: str) -> tuple[RunFolder, str]:
    """The run of a reference, and the checkpoint's name. Raises :class:`UserError`."""
    name, checkpoint = split_reference(text)
    return find_run(runs_dir, name), checkpoint


def find_checkpoint_reference(runs_dir: Path, text: str) -> tuple[RunFolder, Checkpoint]:
    """The run and the checkpoint of a reference that must name both.

    Raises :class:`UserError`.
    """
    run, name = find_reference(runs_dir, text)
    if not name:
        raise UserError(f'"{text}" names no checkpoint; write {run.name}@latest, for example.')
    return run, find_checkpoint(run, name)
