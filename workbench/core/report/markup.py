"""Pieces of HTML; all text from outside goes through :func:`escaped`."""

import html
from collections.abc import Iterable, Sequence

from workbench.core.text import printable


def escaped(text: object) -> str:
    """Text in one line that can carry no markup."""
    return html.escape(printable(str(text)))


def escaped_lines(text: str) -> str:
    """The same for a text of several lines."""
    return "\n".join(html.escape(_line(line)) for line in text.splitlines())


def _line(line: str) -> str:
    return "".join(
        letter if letter.isprintable() else "\N{REPLACEMENT CHARACTER}" for letter in line
    )


def table(head: Sequence[str], rows: Iterable[Sequence[object]], *, numbers_from: int = 1) -> str:
    """A table; the columns from ``numbers_from`` on are numbers."""
    marks = ["" if place < numbers_from else ' class="number"' for place in range(len(head))]
    heads = "".join(
        f"<th{mark}>{escaped(name)}</th>" for mark, name in zip(marks, head, strict=True)
    )
    body = "".join(
        "<tr>"
        + "".join(f"<td{mark}>{escaped(cell)}</td>" for mark, cell in zip(marks, row, strict=True))
        + "</tr>"
        for row in rows
    )
    head_row = f"<thead><tr>{heads}</tr></thead>"
    return f'<div class="wide"><table>{head_row}<tbody>{body}</tbody></table></div>'


def section(title: str, *parts: str) -> str:
    """A heading with what is under it; empty without a part."""
    inside = "".join(parts)
    return f"<section><h2>{escaped(title)}</h2>{inside}</section>" if inside else ""


def paragraph(text: str) -> str:
    """A paragraph of plain text."""
    return f"<p>{escaped(text)}</p>"
