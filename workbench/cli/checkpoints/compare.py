"""``workbench checkpoints compare``."""

from pathlib import Path

import click

from workbench.cli import flags
from workbench.cli.session import Session


@click.command(name="compare")
@click.argument("references", nargs=-1, required=True, metavar="RUN@CHECKPOINT...")
@flags.as_json
@flags.runs_dir
@click.pass_obj
def command(
    session: Session, references: tuple[str, ...], as_json: bool, runs_dir: Path | None
) -> None:
    """Put checkpoints side by side: their metrics, and what differs in their plans.

    The accuracies and losses are those of the tests when they were saved; `workbench
    evaluate` with several checkpoints tests them anew.
    """
    from workbench.cli.checkpoints.listing import metric_texts
    from workbench.cli.output import print_json, print_table
    from workbench.cli.references import find_reference
    from workbench.core.checkpoints import find_checkpoint
    from workbench.core.plan.differing import differing_keys, flat_values
    from workbench.core.units import bytes_text

    folder = session.config(runs_dir=runs_dir).runs_dir
    found = []
    for reference in references:
        run, name = find_reference(folder, reference)
        found.append(find_checkpoint(run, name or "latest"))
    plans = [flat_values(item.manifest.plan) for item in found]
    keys = differing_keys(plans)
    if as_json:
        print_json(
            [
                {
                    "checkpoint": f"{item.manifest.run}@{item.manifest.name}",
                    "step": item.manifest.step,
                    "metrics": item.manifest.metrics,
                    "size_bytes": item.manifest.size_bytes,
                    "plan": {key: plan.get(key) for key in keys},
                }
                for item, plan in zip(found, plans, strict=True)
            ]
        )
        return
    rows = [
        (
            f"{item.manifest.run}@{item.manifest.name}",
            str(item.manifest.step),
            *metric_texts(item),
            bytes_text(item.manifest.size_bytes),
            *(str(plan.get(key, "")) for key in keys),
        )
        for item, plan in zip(found, plans, strict=True)
    ]
    print_table(("CHECKPOINT", "STEP", "ACCURACY", "LOSS", "SIZE", *keys), rows)
