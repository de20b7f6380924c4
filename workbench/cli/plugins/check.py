"""``workbench plugins check``."""

import sys

import click

from workbench.cli import flags


@click.command(name="check")
@click.argument("plugin", metavar="PATH|NAME")
@flags.as_json
def command(plugin: str, as_json: bool) -> None:
    """Check that a plugin keeps its contract, by using all of it.

    Loads it alone, loads its datasets, and really trains, saves and resumes what it offers.
    Exits with 1 if there is something to change.
    """
    from workbench.cli.output import note, print_json, say
    from workbench.testing import check_plugin

    report = check_plugin(plugin)
    if as_json:
        print_json(report)
    else:
        for subject in report.checked:
            problems = [item.problem for item in report.findings if item.subject == subject]
            if not problems and subject not in [item.subject for item in report.skipped]:
                say(f"ok    {subject}")
        for item in report.skipped:
            say(f"skip  {item}")
        for item in report.findings:
            say(f"FAIL  {item}")
    if not report.passed:
        count = len(report.findings)
        note(f"{count} thing{'s' if count > 1 else ''} to change.")
        sys.exit(1)
