"""Finding a batch size, and saying what was tried."""

import threading
from pathlib import Path

from workbench.core.plan import Plan, plan_document
from workbench.core.tasks import BatchSizeTask, TaskBatchSizes, run_task
from workbench.core.units import bytes_text

HEADINGS = ("BATCH SIZE", "ITEMS A SECOND", "MEMORY")


def find_batch_size(
    plan: Plan, data_dir: Path, unwanted: threading.Event | None = None
) -> TaskBatchSizes:
    """Try batch sizes in a process of its own, which is killed once that is ``unwanted``.

    Raises :class:`~workbench.api.errors.WorkbenchError`.
    """
    found = run_task(BatchSizeTask(plan_document(plan), str(data_dir)), unwanted)
    assert isinstance(found, TaskBatchSizes)
    return found


def size_rows(found: TaskBatchSizes) -> list[tuple[str, str, str]]:
    """A row for each size under :data:`HEADINGS`."""
    return [
        (str(trial.batch_size), f"{trial.items_per_s:,.0f}", bytes_text(trial.memory_bytes))
        if trial.fits
        else (str(trial.batch_size), "does not fit", "")
        for trial in found.trials
    ]


def choice_line(found: TaskBatchSizes) -> str:
    """What is chosen, and why no larger one was tried."""
    return f"{found.chosen} on {found.device}: {found.reason}."


def size_lines(found: TaskBatchSizes) -> tuple[str, ...]:
    """The rows and the choice as lines of one width."""
    rows = [HEADINGS, *size_rows(found)]
    widths = [max(map(len, column)) for column in zip(*rows, strict=True)]
    lines = ("  ".join(map(str.rjust, row, widths)) for row in rows)
    return (*lines, "", choice_line(found))
