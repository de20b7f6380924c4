"""A CSV file of the run's numbers."""

import csv
import os
from pathlib import Path

from workbench.api import Event, FollowedRun, FollowerSpec, UserError
from workbench_followers.scalars import NAMES, ScalarOptions, Scalars

COLUMNS = ("time", "epoch", "step", *(name.replace("/", "_") for name in NAMES))
_STEP = COLUMNS.index("step")


class CsvFollower:
    """Appends a row for each point; what is trained anew replaces its earlier rows."""

    def __init__(self, run: FollowedRun, options: ScalarOptions) -> None:
        path = run.files / "metrics.csv"
        self._scalars = Scalars(options)
        try:
            _begin(path, run.step)
            self._file = path.open("a", newline="", encoding="utf-8")
        except (OSError, ValueError, csv.Error) as error:
            told = getattr(error, "strerror", None) or error
            raise UserError(
                f"{path} can't be gone on with ({told}); make room for it or move it away"
            ) from error
        self._writer = csv.writer(self._file, lineterminator="\n")

    def follow(self, event: Event) -> None:
        """Write its points."""
        for point in self._scalars.of(event):
            values = [point.values.get(name, "") for name in NAMES]
            self._writer.writerow([f"{point.time:.3f}", point.epoch, point.step, *values])
        self._file.flush()

    def close(self) -> None:
        """Write no more."""
        self._file.close()


def _begin(path: Path, step: int) -> None:
    """Leave the header and the rows up to a step; a row that a crash tore goes too."""
    rows = []
    if path.exists():
        with path.open(newline="", encoding="utf-8") as file:
            rows = [row for row in csv.reader(file) if _is_kept(row, step)]
    beside = path.with_suffix(".new")
    with beside.open("w", newline="", encoding="utf-8") as file:
        csv.writer(file, lineterminator="\n").writerows([COLUMNS, *rows])
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)


def _is_kept(row: list[str], step: int) -> bool:
    return len(row) == len(COLUMNS) and row[_STEP].isdecimal() and int(row[_STEP]) <= step


CSV = FollowerSpec(
    name="csv",
    title="CSV file",
    description="Losses, accuracies and learning rates as followers/metrics.csv of the run.",
    create=CsvFollower,
    options=ScalarOptions,
)
