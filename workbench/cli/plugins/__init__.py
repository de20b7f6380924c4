"""``workbench plugins``: one command a file."""

import importlib

import click

from workbench.cli import flags

COMMANDS = {
    "list": ("listing:command", "List the plugins (also `plugins`)."),
    "show": ("show:command", "Look into a plugin, or one of the things it offers."),
    "new": ("new:command", "Write a small complete plugin to begin with."),
    "check": ("check:command", "Check that a plugin keeps its contract."),
    "enable": ("switching:enable", "Load a plugin again."),
    "disable": ("switching:disable", "Load a plugin no more."),
    "install": ("installing:install", "Install plugins with pip."),
    "uninstall": ("installing:uninstall", "Uninstall the package of a plugin with pip."),
}
"""Each command with its place in this package, and what it does."""


class PluginsGroup(click.Group):
    """The commands, imported when they are called."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, in the order of the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """Import a command."""
        if cmd_name not in COMMANDS:
            return None
        module, _, name = COMMANDS[cmd_name][0].partition(":")
        command = getattr(importlib.import_module(f"{__name__}.{module}"), name)
        assert isinstance(command, click.Command)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:
        """List the commands."""
        with formatter.section("Commands"):
            formatter.write_dl([(name, text) for name, (_, text) in COMMANDS.items()])


@click.group(cls=PluginsGroup, invoke_without_command=True)
@flags.as_json
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """List the plugins, look into one, write, check and manage them."""
    if ctx.invoked_subcommand is None:
        from workbench.cli.plugins.listing import list_plugins

        list_plugins(ctx.obj, as_json)
