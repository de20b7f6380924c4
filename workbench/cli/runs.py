"""``workbench runs``."""

import time
from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session

_HEAD = ("RUN", "STATE", "PLAN", "EPOCH", "ACCURACY", "BEST", "STARTED", "CHECKPOINT")


@click.group(invoke_without_command=True)
@flags.as_json
@flags.runs_dir
@click.pass_context
def runs(ctx: click.Context, as_json: bool, runs_dir: Path | None) -> None:
    """List the runs.

    Newest first. The commands keep them in order; what is deleted can be restored.
    """
    if ctx.invoked_subcommand is None:
        _list(ctx.obj, as_json, runs_dir)


@runs.command()
@click.argument("run")
@click.argument("name")
@flags.runs_dir
@click.pass_obj
def rename(session: Session, /, run: str, name: str, runs_dir: Path | None) -> None:
    """Give a run that has no worker another name."""
    from workbench.cli.output import say
    from workbench.core.runs import find_run
    from workbench.core.runs.managing import rename_run

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    say(f"{folder.name} is {rename_run(folder, name).name} now.")


@runs.command()
@click.argument("run")
@click.argument("text")
@flags.runs_dir
@click.pass_obj
def note(session: Session, /, run: str, text: str, runs_dir: Path | None) -> None:
    """Write a note into a run's history."""
    from workbench.cli.output import say
    from workbench.core.runs import find_run
    from workbench.core.runs.managing import add_note

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    add_note(folder, text)
    say(f"Noted for {folder.name}.")


@runs.command()
@click.argument("names", nargs=-1, required=True, metavar="RUN...")
@flags.runs_dir
@click.pass_obj
def delete(session: Session, /, names: tuple[str, ...], runs_dir: Path | None) -> None:
    """Move runs that have no worker to the trash."""
    from workbench.cli.output import say
    from workbench.core.runs import find_run
    from workbench.core.runs.managing import delete_run

    folder = session.config(runs_dir=runs_dir).runs_dir
    for found in dict.fromkeys([find_run(folder, name) for name in names]):
        delete_run(found)
        say(f"{found.name} is in the trash; `workbench runs restore {found.name}` brings it back.")


@runs.command()
@click.argument("run", required=False)
@flags.runs_dir
@click.pass_obj
def restore(session: Session, /, run: str | None, runs_dir: Path | None) -> None:
    """Bring a deleted run back, by default the one deleted last."""
    from workbench.cli.output import say
    from workbench.core.runs.managing import restore_run

    say(f"{restore_run(session.config(runs_dir=runs_dir).runs_dir, run).name} is back.")


@runs.command("empty-trash")
@flags.runs_dir
@click.pass_obj
def empty_trash(session: Session, /, runs_dir: Path | None) -> None:
    """Delete the deleted runs for good."""
    from workbench.cli.output import say
    from workbench.core.runs.managing import empty_trash_of_runs, list_trashed_runs

    folder = session.config(runs_dir=runs_dir).runs_dir
    count = len(list_trashed_runs(folder))
    empty_trash_of_runs(folder)
    say(f"Deleted for good: {count} runs.")


def _list(session: Session, as_json: bool, runs_dir: Path | None) -> None:
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
                accuracy_text(found.last_accuracy, found.is_sample, found.last_error),
                accuracy_text(found.best_accuracy, found.is_sample, found.best_error),
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


def accuracy_text(value: float | None, is_sample: bool, error: float | None = None) -> str:
    """An accuracy or the error of a regression in a table, marked where it is of a sample."""
    from workbench.core.units import score_text

    if value is None and error is None:
        return ""
    return score_text(value, error) + ("*" if is_sample else "")
