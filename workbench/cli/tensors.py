"""``workbench tensors``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.tensors import TensorView


@click.command()
@click.argument("reference", metavar="RUN[@CHECKPOINT]")
@click.argument("name", required=False, metavar="[NAME]")
@click.option("--split", default="train", show_default=True, metavar="NAME", help="Split.")
@click.option("--index", default=0, show_default=True, metavar="N", help="First item.")
@click.option(
    "--count",
    default=1,
    show_default=True,
    type=click.IntRange(1, 1024),
    help="Items, as one batch.",
)
@flags.as_json
@flags.data_dir
@flags.runs_dir
@click.pass_obj
def tensors(
    session: Session,
    reference: str,
    name: str | None,
    split: str,
    index: int,
    count: int,
    as_json: bool,
    data_dir: Path | None,
    runs_dir: Path | None,
) -> None:
    """Look into tensors: data, outputs, weights, gradients, the optimizer's state.

    Items of a split pass through the model, and the loss back through it; nothing is changed.
    NAME is one of the tensors, such as loss, which is then explained. Without a checkpoint a
    live run's worker answers with the model as it is, and any other run's latest checkpoint
    is taken.
    """
    from workbench.api.errors import UserError
    from workbench.api.options import unknown_name
    from workbench.cli.output import print_json
    from workbench.cli.references import find_reference
    from workbench.core.tensors import look_into

    config = session.config(runs_dir=runs_dir, data_dir=data_dir)
    run, checkpoint = find_reference(config.runs_dir, reference)
    found = look_into(run, checkpoint, config, split, range(index, index + count))
    chosen = [item for item in found.tensors if name in (None, item.name)]
    if name is not None and not chosen:
        names = [item.name for item in found.tensors]
        raise UserError(unknown_name(name, name, names, "tensor"))
    if as_json:
        print_json(chosen[0] if name is not None else found)
    elif name is not None:
        _explain(chosen[0])
    else:
        _list(found.tensors)


def _list(views: "tuple[TensorView, ...]") -> None:
    from workbench.cli.output import print_table
    from workbench.core.tensors import shape_text

    head = ("TENSOR", "KIND", "SHAPE", "DTYPE", "DEVICE", "MEAN", "STD", "FROM", "TO")
    rows = [
        (
            view.name,
            view.kind,
            shape_text(view.shape),
            view.dtype,
            view.device,
            *(f"{float(x):.4g}" for x in (view.mean, view.std, view.min, view.max)),
        )
        for view in views
    ]
    print_table(head, rows)


def _explain(view: "TensorView") -> None:
    from workbench.cli.output import print_table, say
    from workbench.core.tensors import facts_of

    say(view.name)
    print_table(
        ("  FACT", "VALUE", "WHAT IT MEANS"),
        [(f"  {fact.name}", fact.value, fact.meaning) for fact in facts_of(view)],
    )
    say()
    say(f"  values from [{', '.join(map(str, view.first))}] on:")
    for row in view.values:
        say("  " + " ".join(f"{float(value):>10.4g}" for value in row))
