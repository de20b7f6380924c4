"""Printing. What comes from outside can carry no terminal escape past here."""

import json
import sys
from collections.abc import Sequence
from typing import Any

import click
import msgspec

from workbench.api.events import number
from workbench.cli.streams import silence
from workbench.core.text import display_width, visible


def say(line: str = "") -> None:
    """Print a line of the result to standard output."""
    click.echo(visible(line))


def note(line: str) -> None:
    """Print a line about the work to standard error."""
    write_note(visible(line))


def write_note(text: str, *, nl: bool = True) -> None:
    """Write to standard error, without which the work goes on: nobody may be there to read it."""
    try:
        click.echo(text, nl=nl, err=True)
    except OSError:
        silence(sys.stderr)


def note_lines(text: str) -> None:
    """Print a text of several lines to standard error."""
    for line in text.splitlines():
        note(line)


def print_json(value: Any) -> None:
    """Print one JSON document; NaN and the infinities become text, as in a run's events."""
    plain = _finite(msgspec.to_builtins(value, str_keys=True))
    # Escaped to ASCII, it carries no control character of a C1 set either.
    sys.stdout.write(json.dumps(plain, indent=2, allow_nan=False) + "\n")


def _finite(value: Any) -> Any:
    if isinstance(value, float):
        return number(value)
    if isinstance(value, dict):
        return {key: _finite(item) for key, item in value.items()}
    if isinstance(value, (list, tuple)):
        return [_finite(item) for item in value]
    return value


def print_table(head: Sequence[str], rows: Sequence[Sequence[str]]) -> None:
    """Print rows in columns under a head."""
    shown = [[visible(cell) for cell in row] for row in (head, *rows)]
    widths = [max(display_width(cell) for cell in column) for column in zip(*shown, strict=True)]
    for row in shown:
        cells = (
            cell + " " * (width - display_width(cell))
            for cell, width in zip(row, widths, strict=True)
        )
        click.echo("  ".join(cells).rstrip())
