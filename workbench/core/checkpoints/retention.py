"""Which checkpoints a newer one supersedes."""

from collections.abc import Sequence

from workbench.core.checkpoints.manifest import Manifest
from workbench.core.checkpoints.store import Checkpoint


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


def best_of(checkpoints: Sequence[Checkpoint], metric: str) -> Checkpoint | None:
    """The best tested one by ``accuracy`` (highest) or ``loss`` (lowest); of equals the first."""
    tested = [item for item in checkpoints if _score(item.manifest, metric) is not None]
    return max(tested, key=lambda item: _score(item.manifest, metric) or 0.0, default=None)


def _score(manifest: Manifest, metric: str) -> float | None:
    if metric == "accuracy":
        return manifest.metrics.accuracy
    loss = manifest.metrics.loss
    if loss is None or float(loss) != float(loss):
        return None
    return -float(loss)
