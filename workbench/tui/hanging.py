"""Sentences beside their names."""

import textwrap


def hanging(text: str, room: int, by: int) -> str:
    """A sentence in lines of ``room`` columns, all but the first indented ``by`` so many."""
    return f"\n{' ' * by}".join(textwrap.wrap(text, max(1, room)))
