"""How many batches to train before the worker looks up."""

# Long enough that looking up costs nothing, short enough that a pause feels immediate.
_AIM_S = 0.1
_GROWTH = 8


class Pacing:
    """Adapts the number of batches in a stretch to the time that a batch takes."""

    def __init__(self) -> None:
        self._limit = 1

    def stretch(self, batch: int, steps_per_epoch: int, log_every: int) -> range:
        """The batches to train next, from ``batch`` on.

        A batch whose loss line is due is the last of its stretch, so that the line is
        written as soon as the loss is there.
        """
        next_report = -(-batch // log_every) * log_every
        end = min(batch + self._limit, steps_per_epoch, next_report + 1)
        return range(batch, end)

    def learn(self, batches: int, elapsed_s: float) -> None:
        """Take in how long a stretch took."""
        fitting = int(_AIM_S * batches / max(elapsed_s, 1e-6))
        self._limit = max(1, min(fitting, self._limit * _GROWTH))
