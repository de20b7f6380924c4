"""Which checkpoints a newer one supersedes."""

from collections.abc import Sequence

from workbench.core.checkpoints.store import Checkpoint, best_of


def superseded(
    checkpoints: Sequence[Checkpoint], keep_last: int, keep_best: str
) -> list[Checkpoint]:
    """Those to delete, of a run's checkpoints oldest first.

    Kept are the newest ``keep_last`` (0 keeps all), the best by ``keep_best`` and the
    protected ones. The newest is always kept.
    """
    if keep_last == 0:
        return []
    kept = {item.name for item in checkpoints[-keep_last:]}
    kept |= {item.name for item in checkpoints if item.manifest.protected}
    best = best_of(checkpoints, keep_best)
    if best is not None:
        kept.add(best.name)
    return [item for item in checkpoints if item.name not in kept]
