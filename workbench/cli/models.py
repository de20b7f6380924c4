"""``workbench models``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.training import ModelSummary


@click.group(invoke_without_command=True)
@flags.as_json
@click.pass_context
def models(ctx: click.Context, as_json: bool) -> None:
    """List the models, or look into one."""
    from workbench.cli.output import print_json, print_table, say

    if ctx.invoked_subcommand is not None:
        return
    session: Session = ctx.obj
    registry = session.registry(session.config())
    names, found = registry.names("model"), registry.contributions("model")
    rows = [
        (name, str(getattr(item.spec, "backend", "")), item.spec.title, item.spec.description)
        for name, item in zip(names, found, strict=True)
    ]
    if as_json:
        keys = ("name", "backend", "title", "description")
        print_json([dict(zip(keys, row, strict=True)) for row in rows])
        return
    if not rows:
        say("No plugin offers a model; see `workbench plugins`.")
        return
    print_table(("MODEL", "BACKEND", "TITLE", "WHAT IT IS"), rows)


@models.command()
@click.argument("name")
@flags.dataset
@flags.backend
@flags.assignments
@flags.as_json
@flags.data_dir
@click.pass_obj
def show(
    session: Session,
    name: str,
    dataset: str | None,
    backend: str | None,
    assignments: tuple[str, ...],
    as_json: bool,
    data_dir: Path | None,
) -> None:
    """Build a model and show its layers, parameters, and statistics of its first weights."""
    from workbench.cli import plan_flags as plans
    from workbench.cli.output import note, print_json
    from workbench.core.plan import check_plan, plan_document
    from workbench.core.plugins.registry import require_installed
    from workbench.core.tasks import SummaryTask, TaskSummary, run_task

    config = session.config(data_dir=data_dir)
    document = config.preset(config.settings.default_preset)
    registry = plans.load_registry(session, config, document)
    chosen = {"dataset": dataset, "model": name, "backend": backend}
    document = plans.lay_over(document, registry, chosen, assignments)
    plan = check_plan(plans.with_plugins(document, config), registry)
    require_installed(registry.backend(plan.backend.name))
    result = run_task(SummaryTask(plan_document(plan), str(config.data_dir)))
    assert isinstance(result, TaskSummary)
    if as_json:
        print_json(result.summary)
        return
    note(plan.title)
    print_summary(result.summary)


def print_summary(summary: "ModelSummary") -> None:
    """Print what the framework says of a model, its layers and its weights."""
    from workbench.cli.output import print_table, say

    for line in summary.text.splitlines():
        say(line)
    say()
    print_table(
        ("LAYER", "KIND", "OUTPUT", "PARAMETERS", "TRAINABLE"),
        [
            (
                layer.name,
                layer.kind,
                _shape(layer.output_shape),
                f"{layer.parameters:,}",
                f"{layer.trainable:,}",
            )
            for layer in summary.layers
        ],
    )
    say(f"{summary.parameters:,} parameters, of which {summary.trainable:,} are trainable.")
    say()
    print_table(
        ("WEIGHT OR BIAS", "SHAPE", "TYPE", "MEAN", "STD", "MIN", "MAX"),
        [
            (
                tensor.name,
                _shape(tensor.shape),
                tensor.dtype,
                *(
                    f"{float(value):+.4g}"
                    for value in (tensor.mean, tensor.std, tensor.min, tensor.max)
                ),
            )
            for tensor in summary.tensors
        ],
    )


def _shape(shape: tuple[int, ...]) -> str:
    return "x".join(str(size) for size in shape) or "scalar"
