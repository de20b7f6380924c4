"""``workbench verify-resume``."""

import tempfile
from pathlib import Path
from typing import Any

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="verify-resume")
@click.argument("plan", required=False, type=click.Path(path_type=Path), metavar="[PLAN.toml]")
@click.option("--preset", metavar="NAME", help="Preset to run, instead of a plan file.")
@click.option(
    "--kill-at",
    "kill_at",
    type=click.IntRange(min=1),
    multiple=True,
    default=(50,),
    show_default=True,
    metavar="BATCH",
    help="Batch of the run after which the worker is killed; may be repeated.",
)
@click.option("--device", default="cpu", show_default=True, metavar="DEVICE", help="Device.")
@click.option("--epochs", type=int, help="Passes over the training split.")
@flags.assignments
@flags.as_json
@flags.data_dir
@click.pass_obj
def verify_resume(
    session: Session,
    /,
    plan: Path | None,
    preset: str | None,
    kill_at: tuple[int, ...],
    assignments: tuple[str, ...],
    as_json: bool,
    data_dir: Path | None,
    **plan_flags: Any,
) -> None:
    """Prove that a resume is exact, by killing a worker.

    The plan runs twice in a temporary folder: once to its end, and once with its worker
    killed (SIGKILL) after each of the given batches and resumed from the checkpoint before.
    The last checkpoints are then compared byte for byte, and the logs line for line. Exits
    with 1 if anything differs, and shows the first line that does.

    On a GPU two uninterrupted runs may differ too, where its kernels add in any order.
    """
    from workbench.cli import plan_flags as plans
    from workbench.cli.output import note, print_json, say
    from workbench.core.runs.verifying import verify_resume as verify

    config = session.config(data_dir=data_dir)
    checked = plans.draft(session, config, preset, plan, plan_flags, assignments).plan
    note(f"{checked.title}: {checked.run.epochs} epochs")
    with tempfile.TemporaryDirectory(prefix="workbench-verify-") as folder:
        report = verify(checked, Path(folder), config.data_dir, kill_at, note)
    if as_json:
        print_json(report)
    else:
        for line in report.sentences():
            say(line)
    raise SystemExit(0 if report.is_exact else 1)
