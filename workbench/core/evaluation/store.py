"""Keeping evaluations.

That of a checkpoint lies in the checkpoint's folder, as ``evaluations/SPLIT.json`` beside the
files that its manifest seals: it is renamed, deleted and restored with the checkpoint, and one
checkpoint never shows the numbers of another. That of a live run's model lies in the run's
folder, as ``evaluations/SPLIT.json``, until the next takes its place.
"""

from pathlib import Path
from urllib.parse import quote

import msgspec

from workbench.core.checkpoints import Checkpoint
from workbench.core.evaluation.result import FORMAT, EvaluationResult
from workbench.core.files import write_atomic
from workbench.core.runs.folder import RunFolder

_decoder = msgspec.json.Decoder(EvaluationResult)


def keep_evaluation(checkpoint: Checkpoint, result: EvaluationResult) -> bool:
    """Keep a result with its checkpoint; False if its folder is gone or can't be written to."""
    return _keep(checkpoint.path, result)


def keep_live_evaluation(run: RunFolder, result: EvaluationResult) -> bool:
    """Keep the result of a live run's model; False if the folder can't be written to."""
    return _keep(run.path, result)


def read_evaluation(checkpoint: Checkpoint, split: str = "test") -> EvaluationResult | None:
    """What was kept with a checkpoint; ``None`` if it wasn't evaluated on this split."""
    result = _read(_place(checkpoint.path, split))
    # The folder's name is the checkpoint's, also after it was renamed.
    return result and msgspec.structs.replace(result, checkpoint=checkpoint.name)


def read_live_evaluation(run: RunFolder, split: str = "test") -> EvaluationResult | None:
    """The last evaluation of the run's live model on a split; its ``step`` says when."""
    return _read(_place(run.path, split))


def list_evaluations(checkpoint: Checkpoint) -> list[EvaluationResult]:
    """All that was kept with a checkpoint, by split."""
    folder = _place(checkpoint.path, "").parent
    found = (_read(path) for path in sorted(folder.glob("*.json")))
    return [msgspec.structs.replace(item, checkpoint=checkpoint.name) for item in found if item]


def _place(folder: Path, split: str) -> Path:
    return folder / "evaluations" / f"{quote(split, safe='')}.json"


def _keep(folder: Path, result: EvaluationResult) -> bool:
    path = _place(folder, result.split)
    try:
        path.parent.mkdir(exist_ok=True)
        write_atomic(path, msgspec.json.encode(result) + b"\n")
    except OSError:
        return False
    return True


def _read(path: Path) -> EvaluationResult | None:
    try:
        result = _decoder.decode(path.read_bytes())
    except (OSError, msgspec.MsgspecError):
        return None
    return result if result.format == FORMAT else None
