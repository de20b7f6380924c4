"""Ctrl+C as a count that a loop looks at, instead of an exception anywhere."""

import signal
from types import FrameType, TracebackType


class Interrupts:
    """Counts the presses of Ctrl+C while it is entered."""

    def __init__(self) -> None:
        self.count = 0

    def __enter__(self) -> "Interrupts":
        self._earlier = signal.signal(signal.SIGINT, self._pressed)
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        signal.signal(signal.SIGINT, self._earlier)

    def _pressed(self, signal_number: int, frame: FrameType | None) -> None:
        self.count += 1
