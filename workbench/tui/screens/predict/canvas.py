"""A drawing: grey values under a round brush, with undo."""

import math

_UNDONE = 200
_BRUSH = 1 / 22  # of the image's larger side: as wide as MNIST's pens


class Canvas:
    """``width`` x ``height`` values from 0 (nothing) to 255; places are in pixels."""

    def __init__(self, width: int, height: int) -> None:
        self.width = width
        self.height = height
        self.values = bytes(width * height)
        self._radius = max(0.6, max(width, height) * _BRUSH)
        self._before: list[bytes] = []

    @property
    def is_blank(self) -> bool:
        """Whether nothing is drawn."""
        return not any(self.values)

    def begin_stroke(self) -> None:
        """What comes now is undone together."""
        self._before = [*self._before[-_UNDONE:], self.values]

    def line(self, begin: tuple[float, float], end: tuple[float, float]) -> None:
        """Draw from one place to another; a dot where they are the same."""
        steps = max(1, math.ceil(2 * math.dist(begin, end)))
        values = bytearray(self.values)
        for step in range(steps + 1):
            share = step / steps
            self._dot(
                values,
                begin[0] + share * (end[0] - begin[0]),
                begin[1] + share * (end[1] - begin[1]),
            )
        self.values = bytes(values)

    def _dot(self, values: bytearray, x: float, y: float) -> None:
        reach = self._radius + 1
        for row in range(max(0, int(y - reach)), min(self.height, int(y + reach) + 1)):
            for column in range(max(0, int(x - reach)), min(self.width, int(x + reach) + 1)):
                distance = math.dist((column + 0.5, row + 0.5), (x, y))
                ink = round(255 * min(1.0, max(0.0, self._radius + 0.5 - distance)))
                at = row * self.width + column
                values[at] = max(values[at], ink)

    def clear(self) -> None:
        """Take all away; that can be undone too."""
        if not self.is_blank:
            self.begin_stroke()
            self.values = bytes(self.width * self.height)

    def undo(self) -> None:
        """Take the last stroke back."""
        if self._before:
            self.values = self._before.pop()
