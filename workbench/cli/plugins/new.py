"""``workbench plugins new``."""

from pathlib import Path

import click

from workbench.core.scaffold import KINDS


@click.command(name="new")
@click.argument("name")
@click.option(
    "--kind",
    type=click.Choice(KINDS),
    default="model",
    show_default=True,
    help="What it offers; a model or an optimizer is one for PyTorch.",
)
@click.option(
    "--into",
    type=click.Path(path_type=Path, file_okay=False),
    default=Path(),
    metavar="DIR",
    help="Folder that the new one is made in.",
)
def command(name: str, kind: str, into: Path) -> None:
    """Write a small complete plugin to begin with: code, tests, README, entry point."""
    from workbench.cli.output import note, say
    from workbench.core.scaffold import write_plugin

    written = write_plugin(name, kind, into)
    say(str(written.folder))
    note(f"Check it:    workbench plugins check {written.folder}")
    note(f"Train it:    workbench --plugin {written.package} {written.training}")
    note(f"Install it:  pip install --editable {written.folder}")
