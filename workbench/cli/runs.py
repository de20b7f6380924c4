"""``workbench runs``."""

import time
from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session

_HEAD = ("RUN", "STATE", "PLAN", "EPOCH", "ACCURACY", "BEST", "STARTED", "CHECKPOINT")


@click.command()
@flags.as_json
@flags.runs_dir
@click.pass_obj
def runs(session: Session, as_json: bool, runs_dir: Path | None) -> None:
    """List the runs."""
    from workbench.cli.narration import SAMPLE_LABEL
    from workbench.cli.output import note, print_json, print_table, say
    from workbench.cli.reports import report
    from workbench.core.runs import list_runs

    folder = session.config(runs_dir=runs_dir).runs_dir
    reports = [report(run) for run in list_runs(folder)]
    if as_json:
        print_json(reports)
        return
    if not reports:
        say(f"There are no runs in {folder} yet; `workbench train` starts one.")
        return
    print_table(
        _HEAD,
        [
            (
                found.name,
                found.state,
                found.plan,
                f"{found.epochs_done}/{found.epochs}" if found.epochs else "",
                accuracy_text(found.last_accuracy, found.is_sample),
                accuracy_text(found.best_accuracy, found.is_sample),
                time.strftime("%Y-%m-%d %H:%M", time.localtime(found.started))
                if found.started
                else "",
                found.checkpoint or "",
            )
            for found in reports
        ],
    )
    if any(found.is_sample and found.best_accuracy is not None for found in reports):
        note(f"*: {SAMPLE_LABEL}, an accuracy on a small sample.")


def accuracy_text(value: float | None, is_sample: bool) -> str:
    """An accuracy in a table, marked where it comes from a sample."""
    from workbench.core.units import percent_text

    if value is None:
        return ""
    return percent_text(value) + ("*" if is_sample else "")
