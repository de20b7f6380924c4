"""``workbench doctor``."""

import sys
from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session

_MARKS = {"ok": "ok  ", "note": "note", "problem": "FAIL"}


@click.command()
@flags.as_json
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def doctor(session: Session, as_json: bool, data_dir: Path | None, runs_dir: Path | None) -> None:
    """Check whether everything is in place.

    Looks at versions, plugins, frameworks, folders, data, devices and the terminal. Exits
    with 1 if there is a problem that keeps runs from starting.
    """
    from workbench.cli.checkup import examine
    from workbench.cli.output import print_json, say

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    findings = examine(config, session.registry(config))
    if as_json:
        print_json(findings)
    else:
        for finding in findings:
            say(f"{_MARKS[finding.state]}  {finding.subject}: {finding.text}")
    if any(finding.state == "problem" for finding in findings):
        sys.exit(1)
