"""The batch sizes that were tried, as a table."""

from dataclasses import replace

from workbench.core.config import Config
from workbench.core.plan import Plan, plan_document
from workbench.core.tasks import BatchSizeTask, TaskBatchSizes, run_task
from workbench.core.units import bytes_text


def find_batch_size(plan: Plan, data_dir: str) -> TaskBatchSizes:
    """Try batch sizes in a process of its own. Raises :class:`WorkbenchError`."""
    found = run_task(BatchSizeTask(plan_document(plan), data_dir))
    assert isinstance(found, TaskBatchSizes)
    return found


def print_batch_sizes(found: TaskBatchSizes) -> None:
    """The table, and what is chosen."""
    from workbench.cli.output import print_table, say

    print_table(("BATCH SIZE", "ITEMS A SECOND", "MEMORY"), rows(found))
    say(f"{found.chosen} on {found.device}: {found.reason}.")


def with_found_batch_size(plan: Plan, config: Config) -> Plan:
    """The plan with the size that is found, as a number: it can be repeated anywhere."""
    from workbench.cli.output import note

    found = find_batch_size(plan, str(config.data_dir))
    note(f"Batch size {found.chosen} on {found.device}: {found.reason}.")
    return replace(plan, data=replace(plan.data, batch_size=found.chosen))


def rows(found: TaskBatchSizes) -> list[tuple[str, str, str]]:
    """A row for each size."""
    return [
        (str(trial.batch_size), f"{trial.items_per_s:,.0f}", bytes_text(trial.memory_bytes))
        if trial.fits
        else (str(trial.batch_size), "does not fit", "")
        for trial in found.trials
    ]
