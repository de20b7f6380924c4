"""``python -m workbench.testing``: one task from standard input, its report as a line."""

import os
import sys

import msgspec

from workbench.core.processes import output_for_answers
from workbench.testing.registration import check_registration, load_only
from workbench.testing.report import CheckTask, Report


def main() -> None:
    """Do the task; the last line of standard output is the report."""
    task = msgspec.json.decode(sys.stdin.buffer.read(), type=CheckTask)
    output = output_for_answers()
    output.write(msgspec.json.encode(_check(task)) + b"\n")
    output.flush()
    # A framework's threads must not keep a finished check waiting.
    os._exit(0)


def _check(task: CheckTask) -> Report:
    if task.part == "registration":
        return check_registration(task)
    registry = load_only(task, others=True)
    if task.part == "dataset":
        from workbench.testing.datasets import check_dataset

        return check_dataset(registry, task)
    if task.part == "follower":
        from workbench.testing.followers import check_follower

        return check_follower(registry, task)
    from workbench.testing.training import check_backend

    return check_backend(registry, task)


if __name__ == "__main__":
    main()
