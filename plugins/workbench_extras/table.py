"""Your own table as a dataset: CSV, NumPy or Parquet, one row an item.

A whole plugin in one file: the options, the spec and the loading.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from workbench.api import (
    ArraySplit,
    DatasetInfo,
    DatasetSpec,
    Described,
    UserError,
    hookimpl,
    option,
)

NAME = "table"
Columns = Mapping[str, Any]
"""Each column by name: float64 ``(rows,)`` where all are numbers, else text."""


@dataclass(frozen=True)
class TableOptions:
    """Options of a table."""

    path: str = option("", help="The file: .csv, .tsv, .npy, .npz or .parquet.", is_path=True)
    target: tuple[str, ...] = option(
        (), help="Column to predict (several for regression); empty: the last."
    )
    features: tuple[str, ...] = option((), help="Columns to predict from; empty: all others.")
    task: str = option(
        "multiclass",
        help="What the target is: one of many classes, one of two, or values.",
        choices=("multiclass", "binary", "regression"),
    )
    standardise: bool = option(
        True, help="Bring each feature to mean 0 and deviation 1, as in the training rows."
    )
    test_share: float = option(0.2, help="Share of the rows that is tested on.", gt=0, lt=1)
    split_seed: int = option(0, help="Seed of that choice.", ge=0)


@hookimpl
def workbench_datasets() -> Iterable[DatasetSpec]:
    """The table."""
    return (
        DatasetSpec(
            name=NAME,
            title="Table",
            description="Your own rows: a CSV, NumPy or Parquet file (dataset.path).",
            kind="vector",
            options=TableOptions,
            describe=describe,
            load="workbench_extras.table:load",
        ),
    )


def describe(options: TableOptions) -> DatasetInfo:
    """What the options say; the columns and classes are in the file."""
    targets = options.target if options.task == "regression" else ()
    return DatasetInfo(NAME, "vector", (), "float32", (), {}, options.task, targets)


def load(options: TableOptions) -> Described:
    """Features float32 ``(N, features)``; class indices int64 ``(N,)`` or float32 targets.

    Raises :class:`UserError` for a file that can't be read, and for columns that don't fit.
    """
    import numpy as np

    path = _path(options)
    columns = _read(path)
    targets, features = _choose(path, columns, options)
    inputs = np.stack([_numbers(path, name, columns[name]) for name in features], axis=1)
    classes: tuple[str, ...] = ()
    if options.task == "regression":
        values = [_numbers(path, name, columns[name]) for name in targets]
        labels = np.stack(values, axis=1).astype(np.float32)
    else:
        classes, labels = _classes(path, targets[0], columns[targets[0]], options)
    test = _test_rows(path, labels, options)
    if options.standardise:
        mean, deviation = inputs[~test].mean(axis=0), inputs[~test].std(axis=0)
        inputs = (inputs - mean) / np.where(deviation > 0, deviation, 1.0)
    splits = {
        name: ArraySplit(inputs[rows].astype(np.float32), labels[rows])
        for name, rows in (("train", _mixed(~test, options)), ("test", test.nonzero()[0]))
    }
    info = DatasetInfo(
        NAME,
        "vector",
        (len(features),),
        "float32",
        classes,
        {name: len(split) for name, split in splits.items()},
        describe(options).task,
        tuple(targets) if options.task == "regression" else (),
    )
    return Described(info, splits)


def _path(options: TableOptions) -> Path:
    if not options.path:
        raise UserError("The dataset table needs a file: set dataset.path=FILE.")
    path = Path(options.path).expanduser().absolute()
    if not path.is_file():
        raise UserError(f"There is no file {path}; set dataset.path to one that is there.")
    return path


def _read(path: Path) -> Columns:
    readers = {
        ".csv": _read_csv,
        ".tsv": _read_csv,
        ".npy": _read_numpy,
        ".npz": _read_numpy,
        ".parquet": _read_parquet,
    }
    reader = readers.get(path.suffix.lower())
    if reader is None:
        raise UserError(f"{path} is none of {', '.join(readers)}; convert it to one of them.")
    try:
        columns = reader(path)
    except UserError:
        raise
    except Exception as error:  # each library has errors of its own for a file it can't read
        raise UserError(f"{path} can't be read: {error}; mend or replace it.") from error
    rows = {len(column) for column in columns.values()}
    if len(columns) < 2 or len(rows) != 1 or max(rows) < 2:
        raise UserError(f"{path} needs at least two columns and two rows, all of one length.")
    return columns


def _read_csv(path: Path) -> Columns:
    import csv

    with path.open(newline="", encoding="utf-8-sig") as file:
        lines = csv.reader(file, delimiter="\t" if path.suffix.lower() == ".tsv" else ",")
        head = [name.strip() for name in next(lines, [])]
        rows = [row for row in lines if row]
    if len(set(head)) < len(head):
        raise UserError(f"{path} has two columns of one name in its first line; rename one.")
    if len(head) == 1:
        mark = "tabs" if path.suffix.lower() == ".tsv" else "commas"
        raise UserError(f"{path} has one column only; put {mark} between its columns.")
    for number, row in enumerate(rows, start=1):
        if len(row) != len(head):
            raise UserError(
                f"{path} has {len(row)} values in row {number} and {len(head)} columns; mend it."
            )
    return {name: _typed([row[place].strip() for row in rows]) for place, name in enumerate(head)}


def _typed(values: Sequence[str]) -> Any:
    """Numbers where all are, an empty cell being NaN, else text."""
    import numpy as np

    try:
        return np.array([float(value) if value else np.nan for value in values])
    except ValueError:
        return np.array(values)


def _read_numpy(path: Path) -> Columns:
    """The columns of a 2-D array by number; of ``x`` and ``y`` in a ``.npz`` file."""
    import numpy as np

    found = np.load(path, allow_pickle=False)
    if path.suffix.lower() == ".npy":
        return _numbered(path, found, "")
    with found:
        arrays = dict(found)
    if not {"x", "y"} <= arrays.keys():
        raise UserError(f"{path} has {', '.join(arrays) or 'no arrays'}, and it needs x and y.")
    labels = arrays["y"].reshape(len(arrays["y"]), -1)
    outputs = {"y": labels[:, 0]} if labels.shape[1] == 1 else _numbered(path, labels, "y")
    return {**_numbered(path, arrays["x"], "x"), **outputs}


def _numbered(path: Path, array: Any, prefix: str) -> Columns:
    if array.ndim != 2:
        raise UserError(
            f"{path} has an array of {array.ndim} dimensions, and a table has two: rows, columns."
        )
    return {f"{prefix}{place}": array[:, place] for place in range(array.shape[1])}


def _read_parquet(path: Path) -> Columns:
    import numpy as np

    try:
        from pyarrow import parquet
    except ImportError:
        raise UserError(
            f'{path} needs pyarrow; install it with: pip install "workbench[parquet]"'
        ) from None
    table = parquet.read_table(path)
    columns = {name: table[name].to_numpy() for name in table.column_names}
    is_text = {name: column.dtype == object for name, column in columns.items()}
    return {
        name: np.array(["" if value is None else str(value) for value in column])
        if is_text[name]
        else column
        for name, column in columns.items()
    }


def _choose(
    path: Path, columns: Columns, options: TableOptions
) -> tuple[Sequence[str], Sequence[str]]:
    """The names of the target's and the features' columns."""
    targets = options.target or (list(columns)[-1],)
    features = options.features or tuple(name for name in columns if name not in targets)
    for name in (*targets, *features):
        if name not in columns:
            raise UserError(f'{path} has no column "{name}"; it has {_listed(columns)}.')
    for names in (targets, features):
        if len(set(names)) < len(names):
            twice = next(name for name in names if names.count(name) > 1)
            raise UserError(f'The column "{twice}" is named twice; name it once.')
    both = set(targets) & set(features)
    if both:
        raise UserError(f'The column "{min(both)}" can\'t be both a feature and the target.')
    if len(targets) > 1 and options.task != "regression":
        raise UserError("Several targets go with dataset.task=regression alone; name one.")
    if not features:
        raise UserError(f"{path} has no columns left to predict from; name fewer targets.")
    return targets, features


def _numbers(path: Path, name: str, column: Any) -> Any:
    """The column as float64; text and missing values are refused."""
    import numpy as np

    if column.dtype.kind not in "biuf":
        raise UserError(
            f'The column "{name}" of {path} has text, such as "{_word(column)}"; name the columns '
            "of numbers with dataset.features, or write numbers for the words."
        )
    values = column.astype(np.float64)
    _refuse(path, name, "number", ~np.isfinite(values))
    return values


def _refuse(path: Path, name: str, what: str, is_missing: Any) -> None:
    """Raise :class:`UserError` if rows have none of what is needed."""
    bad = is_missing.nonzero()[0]
    if len(bad):
        raise UserError(
            f'The column "{name}" of {path} has no {what} in row {bad[0] + 1}'
            f"{f' and {len(bad) - 1} more' if len(bad) > 1 else ''}; fill or remove them."
        )


def _word(column: Any) -> str:
    """The first value that is no number."""
    for value in column.tolist():
        try:
            float(value)
        except (TypeError, ValueError):
            return str(value)
    return str(column[0])


def _classes(
    path: Path, name: str, column: Any, options: TableOptions
) -> tuple[tuple[str, ...], Any]:
    """The different values in order, and which of them each row has."""
    import numpy as np

    is_text = column.dtype.kind in "US"
    values = column if is_text else _numbers(path, name, column)
    if is_text:
        _refuse(path, name, "value", np.char.str_len(values) == 0)
    found, labels = np.unique(values, return_inverse=True)
    count, is_binary = len(found), options.task == "binary"
    if count < 2 or count > max(2, len(labels) // 2) or (is_binary and count != 2):
        wanted = "two" if is_binary else "at least two, each of some rows"
        raise UserError(
            f'The column "{name}" of {path} has {count} different values in {len(labels)} rows, '
            f"and the classes of a {options.task} target are {wanted}; choose another "
            "dataset.target or dataset.task."
        )
    # In the column's own precision: shorter, two numbers could become one name.
    name_of = str if is_text else _number_text
    names = tuple(name_of(value) for value in found.astype(column.dtype))
    return names, labels.astype(np.int64).reshape(-1)


def _number_text(value: Any) -> str:
    """A number in full, and a whole one without its point."""
    return str(int(value)) if float(value).is_integer() else str(value)


def _test_rows(path: Path, labels: Any, options: TableOptions) -> Any:
    """Which rows are tested on: a share of each class, or of all; the same for a seed."""
    import numpy as np

    draw = np.random.default_rng(options.split_seed)
    test = np.zeros(len(labels), bool)
    groups = [np.arange(len(labels))]
    if options.task != "regression":
        groups = [np.flatnonzero(labels == label) for label in range(int(labels.max()) + 1)]
    for rows in groups:
        test[draw.permutation(rows)[: round(len(rows) * options.test_share)]] = True
    if test.all() or not test.any():
        raise UserError(
            f"{path} has too few rows to test on {options.test_share:g} of them; give it more, or "
            "set another dataset.test_share."
        )
    return test


def _mixed(rows: Any, options: TableOptions) -> Any:
    """The training rows in an order of the seed: a file may have its classes one by one."""
    import numpy as np

    return np.random.default_rng((options.split_seed, 1)).permutation(rows.nonzero()[0])


def _listed(names: Iterable[str]) -> str:
    known = list(names)
    return ", ".join(known[:8]) + (f" … ({len(known)} in all)" if len(known) > 8 else "")
