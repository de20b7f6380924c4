"""``workbench status``."""

import time
from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.runs import RunFolder

_WATCH_S = 1.0


@click.command()
@click.argument("run", required=False)
@click.option("--watch", is_flag=True, help="Say it again whenever it changes, until the end.")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def status(
    session: Session, run: str | None, watch: bool, as_json: bool, runs_dir: Path | None
) -> None:
    """Say in plain sentences how runs are going.

    Without RUN: all live runs and the newest.
    """
    from workbench.cli.output import print_json, say
    from workbench.cli.reports import report, sentences
    from workbench.core.runs import find_run, list_runs

    if watch and as_json:
        raise click.UsageError("--watch and --json don't go together.")
    folder = session.config(runs_dir=runs_dir).runs_dir
    found = [find_run(folder, run)] if run is not None else _newest_and_live(list_runs(folder))
    if watch and found:
        _watch(found)
        return
    if as_json:
        reports = [report(item) for item in found]
        print_json(reports if run is None else reports[0])
        return
    if not found:
        say(f"There are no runs in {folder} yet; `workbench train` starts one.")
    for item in found:
        for line in sentences(report(item)):
            say(line)


def _newest_and_live(folders: "list[RunFolder]") -> "list[RunFolder]":
    from workbench.core.runs import is_alive

    return [run for index, run in enumerate(folders) if index == 0 or is_alive(run)]


def _watch(folders: "list[RunFolder]") -> None:
    from workbench.cli.interrupts import Interrupts
    from workbench.cli.output import say
    from workbench.cli.reports import report, sentences

    said: dict[str, tuple[str, ...]] = {}
    live = {"queued", "starting", "running", "paused"}
    with Interrupts() as interrupts:
        while not interrupts.count:
            reports = [report(run) for run in folders]
            for found in reports:
                lines = sentences(found)
                if said.get(found.name) != lines:
                    said[found.name] = lines
                    say(" ".join(lines))
            if not any(found.state in live for found in reports):
                return
            time.sleep(_WATCH_S)
