"""``workbench compare``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.runs.comparing import RunResult

_RESULTS = ("BEST", "LAST", "LOSS", "BEST LOSS", "BATCHES", "TIME")


@click.command()
@click.argument("runs", nargs=-1, metavar="[RUN]...")
@click.option("--sweep", metavar="NAME", help="Compare the runs of a sweep.")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def compare(
    session: Session, runs: tuple[str, ...], sweep: str | None, as_json: bool, runs_dir: Path | None
) -> None:
    """Compare runs: what differs in their plans, and how good they are.

    The best comes first. The losses are those of the tests, means of their batches.
    """
    from workbench.api.errors import UserError
    from workbench.cli.narration import SAMPLE_LABEL
    from workbench.cli.output import note, print_json, print_table
    from workbench.core.runs import find_run
    from workbench.core.runs.comparing import compare_runs
    from workbench.core.sweeps import find_sweep

    if bool(runs) == (sweep is not None):
        raise UserError("Name the runs to compare, or a sweep with --sweep NAME.")
    folder = session.config(runs_dir=runs_dir).runs_dir
    named = {found: None for name in runs if (found := find_run(folder, name))}
    comparison = compare_runs(list(named) if sweep is None else find_sweep(folder, sweep))
    if as_json:
        print_json(comparison)
        return
    head = ("RUN", "STATE", *comparison.keys, *_RESULTS)
    print_table(head, [_row(result, comparison.keys) for result in comparison.runs])
    if any(result.is_sample and result.best_accuracy is not None for result in comparison.runs):
        note(f"*: {SAMPLE_LABEL}, an accuracy on a small sample.")


def _row(result: "RunResult", keys: tuple[str, ...]) -> tuple[str, ...]:
    from workbench.cli.runs import accuracy_text
    from workbench.core.units import duration_text

    return (
        result.name,
        result.state,
        *(result.values[key] for key in keys),
        accuracy_text(result.best_accuracy, result.is_sample, result.best_error),
        accuracy_text(result.last_accuracy, result.is_sample, result.last_error),
        "" if result.last_loss is None else f"{result.last_loss:.6f}",
        "" if result.best_loss is None else f"{result.best_loss:.6f}",
        f"{result.step:,}" if result.step else "",
        duration_text(result.elapsed_s) if result.step else "",
    )
