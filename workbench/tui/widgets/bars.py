"""Shares as bars of text."""


def bar(share: float, width: int) -> str:
    """A line of at most ``width`` cells, full at 1; anything above 0 is seen."""
    halves = min(2 * width, max(0, round(2 * width * share)))
    if share > 0:
        halves = max(1, halves)
    full, half = divmod(halves, 2)
    return ("━" * full + "╸" * half).ljust(width)
