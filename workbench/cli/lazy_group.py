"""A group of commands that are imported when they are called."""

import importlib
from collections.abc import Mapping
from typing import ClassVar

import click


class LazyGroup(click.Group):
    """The commands of a subclass's ``PLACES``, in their order in the help.

    Each has the place of its command in ``PACKAGE``, ``module:name``, and what it does in a
    line.
    """

    PACKAGE: ClassVar[str]
    PLACES: ClassVar[Mapping[str, tuple[str, str]]]

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names."""
        return list(self.PLACES)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in self.PLACES:
            return None
        module, _, name = self.PLACES[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"{self.PACKAGE}.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List them without importing any."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in self.PLACES.items()])
