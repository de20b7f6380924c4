"""``workbench plugins show``."""

from typing import TYPE_CHECKING

import click

from workbench.cli import flags
from workbench.cli.plugins.plain import plain_offer, plain_plugin
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.api.specs import FollowerSpec
    from workbench.core.plugins import Contribution, Registry


@click.command(name="show")
@click.argument("name")
@flags.as_json
@click.pass_obj
def command(session: Session, name: str, as_json: bool) -> None:
    """Show a plugin, or one of the things it offers, with all options.

    NAME is a plugin's, such as pytorch, or that of a dataset, model, optimizer,
    backend or follower.
    """
    from workbench.api.errors import UserError
    from workbench.api.options import unknown_name
    from workbench.cli.output import note_lines, print_json, say
    from workbench.core.units import load_time_text

    registry = session.registry(session.config())
    record = next((item for item in registry.plugins if item.name == name), None)
    offered = record.contributions if record else _offered(registry, name)
    if record is None and not offered:
        known = [item.name for item in registry.plugins]
        known += [item.spec.name for plugin in registry.plugins for item in plugin.contributions]
        raise UserError(unknown_name(name, name, dict.fromkeys(known), "plugin"))
    if as_json:
        print_json(plain_plugin(record) if record else [plain_offer(item) for item in offered])
        return
    if record is not None:
        version = f" {record.version}" if record.version else ""
        time = f" ({load_time_text(record.load_time_s)})" if record.load_time_s else ""
        say(f"{record.name}{version} from {record.origin}: {record.state}{time}")
        if record.error:
            say(record.error)
        for sentence in record.deprecations:
            say(f"Deprecated: {sentence}")
        note_lines(record.traceback)
    for item in offered:
        say()
        _show_offer(item)


def _offered(registry: "Registry", name: str) -> "tuple[Contribution, ...]":
    return tuple(
        item
        for plugin in registry.plugins
        for item in plugin.contributions
        if name in (item.spec.name, item.qualified_name)
    )


def _show_offer(item: "Contribution") -> None:
    from workbench.api.options import option_fields
    from workbench.api.specs import FollowerSpec
    from workbench.cli.option_tables import HEAD, option_row
    from workbench.cli.output import print_table, say

    backend = getattr(item.spec, "backend", "")
    say(f"{item.kind} {item.qualified_name}{f' for {backend}' if backend else ''}")
    say(f"  {item.spec.title}: {item.spec.description}")
    for export in getattr(item.spec, "exports", ()):
        say(f"  Exports {export.name} ({export.suffix or 'a folder'}): {export.title}.")
    if isinstance(item.spec, FollowerSpec):
        say(f"  {_how_to_follow(item.spec)}")
    table = item.kind if item.kind != "follower" else f"followers.{item.spec.name}"
    rows = [
        (f"  {table}.{field.name}", *option_row(field)[1:])
        for field in option_fields(item.spec.options)
    ]
    if rows:
        print_table((f"  {HEAD[0]}", *HEAD[1:]), rows)
    else:
        say("  It has no options.")


def _how_to_follow(spec: "FollowerSpec") -> str:
    """What turns a follower on, or what it needs first."""
    from workbench.core.plugins.registry import missing_modules

    if missing_modules(spec):
        return f"It is not installed: {spec.install}"
    return f"Follows a run with: workbench train --set followers.{spec.name}.on=true"
