"""Which checkpoints a checkpoint comes from."""

from pathlib import Path

from workbench.core.checkpoints.store import Checkpoint, read_checkpoint

_MOST = 100


def lineage(checkpoint: Checkpoint) -> list[str]:
    """This checkpoint and those that its run, and their runs, began with, as ``RUN@NAME``.

    One that is gone stands by its path, and ends the list.
    """
    found = [f"{checkpoint.manifest.run}@{checkpoint.manifest.name}"]
    start = checkpoint.manifest.plan.get("start_from")
    while isinstance(start, str) and len(found) < _MOST:
        parent = read_checkpoint(Path(start))
        if parent is None:
            found.append(f"{start} (gone)")
            break
        found.append(f"{parent.manifest.run}@{parent.manifest.name}")
        start = parent.manifest.plan.get("start_from")
    return found
