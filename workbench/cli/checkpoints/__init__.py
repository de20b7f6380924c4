"""``workbench checkpoints``: the checkpoint manager, one command a file."""

import importlib
from typing import Any

import click

COMMANDS = {
    "list": ("listing", "List the checkpoints of a run (also `checkpoints RUN`)."),
    "show": ("show", "Look into one: metrics, lineage, layers, weights."),
    "compare": ("compare", "Put some side by side: metrics and plans."),
    "rename": ("rename", "Give one another name."),
    "protect": ("protect", "Keep one from being deleted, or let it go again."),
    "delete": ("delete", "Move some to the trash."),
    "restore": ("restore", "Bring a deleted one back."),
    "empty-trash": ("empty_trash", "Delete the deleted ones for good."),
    "verify": ("verify", "Compare the files with their SHA-256."),
    "export": ("export", "Write the model in a format of its framework."),
    "import": ("import_file", "Make a run out of weights that someone else trained."),
}
"""Each command with its module in this package, and what it does."""


class CheckpointsGroup(click.Group):
    """The commands; a run's name in their place lists its checkpoints."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module = importlib.import_module(f"{__name__}.{COMMANDS[cmd_name][0]}")
        command = module.command
        assert isinstance(command, click.Command)
        return command

    def resolve_command(
        self, ctx: click.Context, args: list[str]
    ) -> tuple[str | None, click.Command | None, list[str]]:
        """Find the command; what is none is the name of a run to list."""
        if args and args[0] not in COMMANDS and not args[0].startswith("-"):
            args = ["list", *args]
        return super().resolve_command(ctx, args)

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=CheckpointsGroup, no_args_is_help=True)
def checkpoints(**_: Any) -> None:
    """Manage checkpoints: list, compare, protect, delete, export.

    RUN@CHECKPOINT names one: by its name, or as RUN@latest or RUN@best.
    """
