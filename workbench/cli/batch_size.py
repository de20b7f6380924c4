"""Trying batch sizes, for the commands."""

from dataclasses import replace

from workbench.cli.output import note, print_table, say
from workbench.core.batch_sizes import HEADINGS, choice_line, find_batch_size, size_rows
from workbench.core.config import Config
from workbench.core.plan import Plan
from workbench.core.tasks import TaskBatchSizes


def print_batch_sizes(found: TaskBatchSizes) -> None:
    """The table, and what is chosen."""
    print_table(HEADINGS, size_rows(found))
    say(choice_line(found))


def with_found_batch_size(plan: Plan, config: Config) -> Plan:
    """The plan with the size that is found, as a number: it can be repeated anywhere."""
    found = find_batch_size(plan, config.data_dir)
    note(f"Batch size {choice_line(found)}")
    return replace(plan, data=replace(plan.data, batch_size=found.chosen))
