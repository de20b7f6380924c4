"""A histogram as bars that stand on an axis."""

from collections.abc import Sequence

from textual.content import Content

from workbench.tui.figures import count_text

_EIGHTHS = " ▁▂▃▄▅▆▇█"


def histogram_lines(
    counts: Sequence[int], low: float, high: float, width: int, height: int
) -> list[Content]:
    """``height`` lines at most ``width`` wide: the bars, and an axis from ``low`` to ``high``.

    Any bin that holds a value is seen.
    """
    rows = height - 1
    if not counts or rows < 1 or width < len(counts):
        return []
    most, cells = max(counts), width // len(counts)
    bars = [_bar(count, most, rows) for count in counts]
    gap = " " if cells > 2 else ""
    lines = [
        Content.styled(
            "".join(bar[row] * (cells - len(gap)) + gap for bar in bars).rstrip(), "$primary"
        )
        for row in range(rows)
    ]
    note = f"the highest bar: {count_text(most)} values"
    return [*lines, _axis(low, high, note, cells * len(counts) - len(gap))]


def _bar(count: int, most: int, rows: int) -> list[str]:
    """One column of a bar from its top row to its bottom row."""
    eighths = max(1, round(8 * rows * count / most)) if count else 0
    return [_EIGHTHS[min(8, max(0, eighths - 8 * below))] for below in reversed(range(rows))]


def _axis(low: float, high: float, note: str, width: int) -> Content:
    left, right = f"{low:+.3g}", f"{high:+.3g}"
    room = width - len(left) - len(right)
    if room < len(note) + 2:
        note = ""
    middle = note.center(max(1, room))
    return Content.assemble((left, "bold"), (middle, "$muted"), (right, "bold"))
