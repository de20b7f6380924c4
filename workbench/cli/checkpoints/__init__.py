"""``workbench checkpoints``: the checkpoint manager, one command a file."""

from collections.abc import Mapping
from typing import ClassVar

import click

from workbench.cli.lazy_group import LazyGroup


class CheckpointsGroup(LazyGroup):
    """The commands; a run's name in their place lists its checkpoints."""

    PACKAGE = __name__
    PLACES: ClassVar[Mapping[str, tuple[str, str]]] = {
        "list": ("listing:command", "List the checkpoints of a run (also `checkpoints RUN`)."),
        "show": ("show:command", "Look into one: metrics, lineage, layers, weights."),
        "compare": ("compare:command", "Put some side by side: metrics and plans."),
        "rename": ("rename:command", "Give one another name."),
        "protect": ("protect:command", "Keep one from being deleted, or let it go again."),
        "delete": ("delete:command", "Move some to the trash."),
        "restore": ("restore:command", "Bring a deleted one back."),
        "empty-trash": ("empty_trash:command", "Delete the deleted ones for good."),
        "verify": ("verify:command", "Compare the files with their SHA-256."),
        "export": ("export:command", "Write the model in a format of its framework."),
        "import": ("import_file:command", "Make a run out of weights that someone else trained."),
    }

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; what is none is the name of a run to list."""
        if args and args[0] not in self.PLACES and not args[0].startswith("-"):
            args = ["list", *args]
        return super().resolve_command(ctx, args)


@click.group(cls=CheckpointsGroup, no_args_is_help=True)
def checkpoints() -> None:
    """Manage checkpoints: list, compare, protect, delete, export.

    RUN@CHECKPOINT names one: by its name, or as RUN@latest or RUN@best.
    """
