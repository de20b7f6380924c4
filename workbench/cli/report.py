"""``workbench report``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.config import Config
    from workbench.core.report import RunReport
    from workbench.core.runs import RunFolder

_WORST = 12


@click.command()
@click.argument("run", metavar="RUN[@CHECKPOINT]")
@click.option(
    "-o",
    "--output",
    type=click.Path(dir_okay=False, path_type=Path),
    metavar="FILE",
    help="File to write; RUN.html if not given.",
)
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def report(
    session: Session,
    run: str,
    output: Path | None,
    data_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Write a run as one HTML file that needs nothing else.

    It has the curves, an evaluation of CHECKPOINT (the latest if none is named) on the test
    split, sample images, the plan, versions and notes.
    """
    from workbench.api.errors import UserError
    from workbench.cli.output import note, say
    from workbench.cli.references import find_reference
    from workbench.core.files import write_atomic
    from workbench.core.report import gather, render

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    folder, checkpoint = find_reference(config.runs_dir, run)
    target = output or Path(f"{folder.name}.html")
    if not target.absolute().parent.is_dir():
        raise UserError(f"There is no folder {target.parent}; make it first.")
    found = _with_evaluation(gather(folder), config, folder, checkpoint)
    if found.problem:
        note(f"The report has no evaluation: {found.problem}")
    try:
        write_atomic(target, render(found).encode())
    except OSError as error:
        raise UserError(f"{target} can't be written ({error.strerror}).") from None
    say(f"The report is in {target}.")


def _with_evaluation(
    found: "RunReport", config: "Config", run: "RunFolder", checkpoint: str
) -> "RunReport":
    """The report with an evaluation, or with the reason why it can't be made."""
    from dataclasses import replace

    from workbench.api.errors import WorkbenchError
    from workbench.cli.models_in_use import stored_model
    from workbench.core.evaluation import ItemFilter, select

    try:
        with stored_model(config, run, checkpoint) as predictor:
            result = predictor.evaluate()
            wrong = select(result, ItemFilter(outcome="wrong", order="most-wrong"))[:_WORST]
            worst = predictor.items(wrong).samples
    except WorkbenchError as error:
        if checkpoint:
            raise
        return replace(found, problem=str(error))
    return replace(found, evaluation=result, worst=worst)
