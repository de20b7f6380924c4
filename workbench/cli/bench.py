"""``workbench bench``."""

import statistics
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.tasks import TaskMeasured

_PARTS = ("data", "forward", "backward", "optimizer", "report")


@click.command()
@click.argument("plan", required=False, type=click.Path(path_type=Path), metavar="[PLAN.toml]")
@flags.plan
@flags.data_dir
@click.option(
    "--batches",
    type=click.IntRange(min=1),
    default=200,
    show_default=True,
    help="Batches of a round; at most an epoch's.",
)
@click.option(
    "--rounds", type=click.IntRange(min=1), default=5, show_default=True, help="Turns of each."
)
@click.option(
    "--find-batch-size",
    is_flag=True,
    help="Instead try batch sizes, and say which is fastest here and what each takes.",
)
@flags.as_json
@click.pass_obj
def bench(
    session: Session,
    /,
    plan: Path | None,
    preset: str | None,
    assignments: tuple[str, ...],
    data_dir: Path | None,
    batches: int,
    rounds: int,
    find_batch_size: bool,
    as_json: bool,
    **plan_flags: Any,
) -> None:
    """Measure a plan on this machine against a plain loop of its framework.

    Both train the same batches by turns, and nothing of it is kept. A ratio below 1 means
    that the workbench is faster.
    """
    from workbench.cli import plan_flags as plans
    from workbench.cli.output import note, print_json
    from workbench.core.plan import plan_document
    from workbench.core.tasks import MeasureTask, TaskMeasured, run_task

    config = session.config(data_dir=data_dir)
    checked = plans.draft(session, config, preset, plan, plan_flags, assignments).plan
    if find_batch_size:
        from workbench.cli.batch_size import print_batch_sizes
        from workbench.core import batch_sizes

        sizes = batch_sizes.find_batch_size(checked, config.data_dir)
        print_json(sizes) if as_json else print_batch_sizes(sizes)
        return
    note(f"{checked.title}: {rounds} rounds of {batches} batches")
    task = MeasureTask(plan_document(checked), str(config.data_dir), batches, rounds)
    found = run_task(task)
    assert isinstance(found, TaskMeasured)
    if as_json:
        print_json(found)
        return
    _print(found, checked.backend.name)


def _print(found: "TaskMeasured", backend: str) -> None:
    from workbench.cli.output import print_table, say

    def batch_ms(seconds: float) -> str:
        return f"{1000 * seconds / found.batches:.4f}"

    # What the engine adds to the trainer's work is the writing of events.
    ours = [seconds + found.report_s for seconds in found.ours_s]
    if not found.plain:
        say(f"workbench  {batch_ms(statistics.median(ours))} ms a batch on {found.device}")
        say(f"The backend {backend} has no plain loop to compare with.")
        return
    plain = [times.total_s for times in found.plain]
    ratios = [own / other for own, other in zip(ours, plain, strict=True)]
    say(
        f"workbench / plain loop: {statistics.median(ratios):.2f} "
        f"({min(ratios):.2f} to {max(ratios):.2f} in {len(ratios)} rounds) on {found.device}"
    )
    print_table(
        ("LOOP", "MS A BATCH", "OF THE PLAIN LOOP"),
        [
            ("plain loop", batch_ms(statistics.median(plain)), "1.00"),
            ("workbench", batch_ms(statistics.median(ours)), f"{statistics.median(ratios):.2f}"),
            ("  of it events", batch_ms(found.report_s), ""),
        ],
    )
    say()
    sums = {
        part: statistics.median(getattr(times, f"{part}_s") for times in found.plain)
        for part in _PARTS
    }
    whole = sum(sums.values())
    print_table(
        ("THE PLAIN LOOP'S TIME", "MS A BATCH", "SHARE"),
        [(part, batch_ms(took), f"{took / whole:.0%}") for part, took in sums.items()],
    )
