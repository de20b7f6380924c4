"""``workbench plugins enable`` and ``disable``."""

import click

from workbench.cli.session import Session


@click.command(name="enable")
@click.argument("name")
@click.pass_obj
def enable(session: Session, name: str) -> None:
    """Load a plugin again that workbench.toml disables."""
    _switch(session, name, is_enabled=True)


@click.command(name="disable")
@click.argument("name")
@click.pass_obj
def disable(session: Session, name: str) -> None:
    """Load a plugin no more, by its name in workbench.toml."""
    _switch(session, name, is_enabled=False)


def _switch(session: Session, name: str, *, is_enabled: bool) -> None:
    from workbench.api.errors import UserError
    from workbench.api.options import unknown_name
    from workbench.cli.output import say
    from workbench.core.config.editing import set_plugin_enabled

    config = session.config()
    disabled = config.settings.disabled_plugins
    known = [record.name for record in session.registry(config).plugins]
    # What is disabled and not installed any more can still be enabled.
    if name not in (*known, *disabled):
        raise UserError(unknown_name(name, name, known, "plugin"))
    path = set_plugin_enabled(config, name, is_enabled)
    word = "enabled" if is_enabled else "disabled"
    say(f"{name} is {word} in {path}." if path else f"{name} is {word} already.")
