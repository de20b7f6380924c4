"""Which part of a chart is shown, how, and where its cursor is."""

from dataclasses import dataclass, replace

_LEAST = 4.0


@dataclass(frozen=True)
class View:
    """From ``start`` to ``end`` of x (``None``: all there is), with a cursor at an x or none."""

    start: float = 0.0
    end: float | None = None
    log: bool = False
    cursor: float | None = None

    def window(self, whole: float) -> tuple[float, float]:
        """The shown part of an axis from 0 to ``whole``."""
        if self.end is None:
            return 0.0, whole
        return self.start, min(self.end, whole)

    @property
    def is_zoomed(self) -> bool:
        """Whether a part is shown."""
        return self.end is not None

    def zoomed(self, factor: float, whole: float) -> "View":
        """``factor`` times as much of the axis, about the cursor or else the middle."""
        start, end = self.window(whole)
        about = (start + end) / 2 if self.cursor is None else self.cursor
        span = max(min(_LEAST, whole), (end - start) * factor)
        if span >= whole:
            return replace(self, start=0.0, end=None)
        share = (about - start) / (end - start) if end > start else 0.5
        return self._at(about - share * span, span, whole)

    def panned(self, share: float, whole: float) -> "View":
        """Moved by a share of what is shown."""
        start, end = self.window(whole)
        if not self.is_zoomed:
            return self
        return self._at(start + share * (end - start), end - start, whole)

    def pointed(self, share: float, whole: float) -> "View":
        """With the cursor moved by a share of what is shown; the shown part comes along."""
        start, end = self.window(whole)
        at = end if self.cursor is None else self.cursor
        cursor = max(0.0, min(at + share * (end - start), whole - 1))
        moved = replace(self, cursor=cursor)
        if start <= cursor <= end:
            return moved
        return moved._at(cursor if cursor < start else cursor - (end - start), end - start, whole)

    def _at(self, start: float, span: float, whole: float) -> "View":
        start = max(0.0, min(start, whole - span))
        return replace(self, start=start, end=start + span)
