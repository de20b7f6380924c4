"""Collecting garbage while nobody waits for a key."""

import gc
import time

_IDLE_S = 2.0
_SELDOM = 1_000
_WORTH = 30


class Garbage:
    """A whole collection takes longer than a key may: it is done between the keys.

    Young garbage is collected as ever, which takes 2 ms.
    """

    def __init__(self) -> None:
        self._touched_at = 0.0
        self._before: tuple[int, int, int] | None = None

    def hold(self) -> None:
        """Collect none until the first paint: nearly all of it is still in use."""
        gc.disable()

    def begin(self) -> None:
        """From the first paint on; nearly all there is now stays, so it is never looked at."""
        gc.freeze()
        young, middle, _ = self._before = gc.get_threshold()
        gc.set_threshold(young, middle, _SELDOM)
        gc.enable()

    def end(self) -> None:
        """Collect as Python does by itself: another application may come in this process."""
        gc.enable()
        if self._before is not None:
            gc.set_threshold(*self._before)
            gc.unfreeze()

    def touched(self) -> None:
        """A person is at the keys."""
        self._touched_at = time.monotonic()

    def tidy(self) -> None:
        """Collect all, if it is worth it and nobody was at the keys lately."""
        if gc.get_count()[2] >= _WORTH and time.monotonic() - self._touched_at > _IDLE_S:
            gc.collect()
