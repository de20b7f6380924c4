"""A progress bar as text."""

from textual.content import Content


def progress_bar(share: float, width: int) -> Content:
    """A bar of ``width`` cells, full at 1; the rest is a thinner line, not only another colour."""
    halves = round(2 * width * min(1.0, max(0.0, share)))
    full, half = divmod(halves, 2)
    done = "━" * full + ("╸" if half else "")
    return Content.assemble(
        Content.styled(done, "$primary"), Content.styled("┄" * (width - len(done)), "$faint")
    )
