"""``workbench plugins``: one command a file."""

from collections.abc import Mapping
from typing import ClassVar

import click

from workbench.cli import flags
from workbench.cli.lazy_group import LazyGroup


class PluginsGroup(LazyGroup):
    """The commands that manage plugins."""

    PACKAGE = __name__
    PLACES: ClassVar[Mapping[str, tuple[str, str]]] = {
        "list": ("listing:command", "List the plugins (also `plugins`)."),
        "show": ("show:command", "Look into a plugin, or one of the things it offers."),
        "new": ("new:command", "Write a small complete plugin to begin with."),
        "check": ("check:command", "Check that a plugin keeps its contract."),
        "enable": ("switching:enable", "Load a plugin again."),
        "disable": ("switching:disable", "Load a plugin no more."),
        "install": ("installing:install", "Install plugins with pip."),
        "uninstall": ("installing:uninstall", "Uninstall the package of a plugin with pip."),
    }


@click.group(cls=PluginsGroup, invoke_without_command=True)
@flags.as_json
@click.pass_context
def plugins(ctx: click.Context, as_json: bool) -> None:
    """List the plugins, look into one, write, check and manage them."""
    if ctx.invoked_subcommand is None:
        from workbench.cli.plugins.listing import list_plugins

        list_plugins(ctx.obj, as_json)
