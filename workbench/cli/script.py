"""``workbench script``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command()
@click.argument("run")
@click.option(
    "--output",
    type=click.Path(path_type=Path),
    metavar="FILE",
    help="Write it to this file, which must not be there yet.",
)
@flags.runs_dir
@click.pass_obj
def script(session: Session, /, run: str, output: Path | None, runs_dir: Path | None) -> None:
    """Write a run as a Python program that needs no workbench."""
    from workbench.api.errors import UserError
    from workbench.cli.output import say
    from workbench.core.runs import find_run
    from workbench.core.tasks import ScriptTask, TaskText, run_task

    folder = find_run(session.config(runs_dir=runs_dir).runs_dir, run)
    result = run_task(ScriptTask(str(folder.path)))
    assert isinstance(result, TaskText)
    if output is None:
        for line in result.text.splitlines():
            say(line)
        return
    try:
        with output.open("x", encoding="utf-8") as file:
            file.write(result.text)
    except OSError as error:
        raise UserError(f"{output} can't be written ({error.strerror}).") from None
    say(f"{folder.name} is in {output}; run it with `python {output}`.")
