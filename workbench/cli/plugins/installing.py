"""``workbench plugins install`` and ``uninstall``: pip, in this environment."""

import shlex
import subprocess
import sys
from pathlib import Path

import click

_yes = click.option("--yes", "-y", is_flag=True, help="Don't ask.")


@click.command(name="install")
@click.argument("packages", nargs=-1, required=True, metavar="PACKAGE...")
@_yes
def install(packages: tuple[str, ...], yes: bool) -> None:
    """Install plugins with pip, by a package's name, a wheel or a folder."""
    from workbench.api.errors import UserError
    from workbench.cli.output import note, say

    if refused := [name for name in packages if name.startswith("-")]:
        raise UserError(f"{refused[0]} is an option and no package; call pip yourself for that.")
    before = set(_installed())
    # pip takes a folder's bare name for that of a package on the index.
    places = [str(Path(name).absolute()) if Path(name).exists() else name for name in packages]
    _pip(["install", *places], yes)
    found = sorted(set(_installed()) - before)
    for name in found:
        say(name)
    if not found:
        note("No new plugin came with that; see `workbench plugins`.")


@click.command(name="uninstall")
@click.argument("name")
@_yes
def uninstall(name: str, yes: bool) -> None:
    """Uninstall the package of a plugin with pip, by the plugin's name."""
    from workbench.api.errors import UserError
    from workbench.api.options import unknown_name

    packages = _installed()
    if name not in packages:
        sentence = unknown_name(name, name, packages, "installed plugin")
        raise UserError(f"{sentence} One that is a file is loaded by workbench.toml or --plugin.")
    if packages[name] == "workbench":
        raise UserError(
            f"{name} comes with the workbench; `workbench plugins disable {name}` leaves it out."
        )
    _pip(["uninstall", "--yes", packages[name]], yes)


def _installed() -> dict[str, str]:
    """The package of each installed plugin; imports none."""
    import importlib
    import importlib.metadata

    from workbench.core.plugins.discovery import ENTRY_POINT_GROUP

    importlib.invalidate_caches()
    found = importlib.metadata.entry_points(group=ENTRY_POINT_GROUP)
    return {item.name: item.dist.name if item.dist else "" for item in found}


def _pip(arguments: list[str], yes: bool) -> None:
    from workbench.api.errors import WorkbenchError
    from workbench.cli.output import note

    command = [sys.executable, "-m", "pip", *arguments]
    note(shlex.join(command))
    if not yes:
        click.confirm("Run this?", abort=True, err=True)
    status = subprocess.run(command, check=False).returncode
    if status != 0:
        raise WorkbenchError(f"pip ended with status {status}; its lines above say why.")
