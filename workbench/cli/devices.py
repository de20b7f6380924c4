"""``workbench devices``."""

import time

import click

from workbench.cli import flags
from workbench.cli.session import Session

# Long enough for the processor's clock ticks to tell something.
_MEASURE_S = 0.2


@click.command()
@flags.as_json
@click.pass_obj
def devices(session: Session, as_json: bool) -> None:
    """Show processor, memory, disk and GPUs."""
    from workbench.cli.output import print_json, say
    from workbench.core.devices import read_devices
    from workbench.core.devices.wording import device_lines

    folder = session.config().runs_dir
    before = read_devices(folder=folder)
    time.sleep(_MEASURE_S)
    snapshot = read_devices(before, folder)
    if as_json:
        print_json(snapshot)
        return
    for line in device_lines(snapshot):
        say(line)
