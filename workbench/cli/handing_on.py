"""Tables as files for other programs: CSV, and Parquet where pyarrow is installed."""

import csv
import importlib.util
import io
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

from workbench.api.errors import UserError
from workbench.cli.output import note
from workbench.core.files import write_atomic

Rows = Sequence[Mapping[str, Any]]
"""Flat records with the same keys: text, numbers, or ``None`` for an empty cell."""


def write_tables(rows: Rows, csv_file: Path | None, parquet_file: Path | None) -> None:
    """Write the rows to the files that are named. Raises :class:`UserError`."""
    for path, made in ((csv_file, csv_bytes), (parquet_file, parquet_bytes)):
        if path is not None:
            _write(path, made(rows))
            note(f"{len(rows):,} rows are in {path}.")


def _write(path: Path, content: bytes) -> None:
    if not path.parent.is_dir():
        raise UserError(f"There is no folder {path.parent}; make it first.")
    try:
        write_atomic(path, content)
    except OSError as error:
        raise UserError(f"{path} can't be written ({error.strerror}).") from None


def csv_bytes(rows: Rows) -> bytes:
    """A head and a line for each row, as RFC 4180 has it, in UTF-8."""
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, list(rows[0]) if rows else [])
    writer.writeheader()
    writer.writerows(rows)
    return text.getvalue().encode()


def parquet_bytes(rows: Rows) -> bytes:
    """The same table as Parquet. Raises :class:`UserError` where pyarrow is not installed."""
    if importlib.util.find_spec("pyarrow") is None:
        raise UserError(
            'Parquet needs pyarrow, which is not installed; pip install "workbench[parquet]", '
            "or use --csv."
        )
    import pyarrow
    import pyarrow.parquet

    file = io.BytesIO()
    pyarrow.parquet.write_table(pyarrow.Table.from_pylist([dict(row) for row in rows]), file)
    return file.getvalue()
