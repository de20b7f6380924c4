"""``workbench plugins list``."""

from typing import TYPE_CHECKING, get_args

import click

from workbench.cli import flags
from workbench.cli.plugins.plain import plain_plugin
from workbench.cli.session import Session

if TYPE_CHECKING:
    from workbench.core.plugins import PluginRecord


@click.command(name="list")
@flags.as_json
@click.pass_obj
def command(session: Session, as_json: bool) -> None:
    """List the plugins: what each offers, or why it is broken."""
    list_plugins(session, as_json)


def list_plugins(session: Session, as_json: bool) -> None:
    """Print the table of the plugins, or one JSON document."""
    from workbench.cli.output import note, note_lines, print_json, print_table, say
    from workbench.core.units import load_time_text

    registry = session.registry(session.config())
    if as_json:
        print_json([plain_plugin(record) for record in registry.plugins])
        return
    if not registry.plugins:
        say("No plugin is installed.")
        return
    print_table(
        ("PLUGIN", "STATE", "VERSION", "LOAD", "FROM", "OFFERS"),
        [
            (
                record.name,
                record.state,
                record.version,
                load_time_text(record.load_time_s) if record.load_time_s else "",
                record.origin,
                _offers(record),
            )
            for record in registry.plugins
        ],
    )
    for record in registry.plugins:
        for sentence in record.deprecations:
            note(f"{record.name}: {sentence}")
        if session.debug and record.traceback:
            note_lines(record.traceback)


def _offers(record: "PluginRecord") -> str:
    if record.error:
        return record.error
    from workbench.core.plugins.record import Kind

    kinds = get_args(Kind)
    counts = {kind: sum(item.kind == kind for item in record.contributions) for kind in kinds}
    words = [f"{count} {kind}{'s' if count > 1 else ''}" for kind, count in counts.items() if count]
    return ", ".join(words)
