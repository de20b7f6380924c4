"""``workbench trust``."""

from pathlib import Path
from typing import TYPE_CHECKING

import click

from workbench.cli import flags

if TYPE_CHECKING:
    from workbench.core.config import Config


@click.command()
@click.argument("folder", required=False, type=click.Path(path_type=Path), metavar="[DIR]")
@click.option("--revoke", is_flag=True, help="Trust it no more.")
@click.option("--list", "is_list", is_flag=True, help="List the trusted folders.")
@flags.as_json
def trust(folder: Path | None, revoke: bool, is_list: bool, as_json: bool) -> None:
    """Let the plugins run, and the followers report, that a folder's files name.

    The files are its workbench.toml and plans; without DIR it is the folder of the
    workbench.toml in force. Look at the code first: it can
    do whatever you can.
    """
    from workbench.cli.output import note, print_json, say
    from workbench.core.config import load_config, revoke_trust, trust_folder, trusted_folders

    if is_list or as_json:
        found = [str(path) for path in trusted_folders()]
        if as_json:
            print_json(found)
        for path in () if as_json else found:
            say(path)
        return
    config = load_config() if folder is None else None
    chosen = folder or (config.path.parent if config and config.path else Path.cwd())
    if revoke:
        verb = "is trusted no more" if revoke_trust(chosen) else "was not trusted"
    else:
        verb = "is trusted" if trust_folder(chosen) else "was trusted already"
    say(f"{chosen.resolve()} {verb}.")
    for plugin in config.untrusted_plugins if config and not revoke else ():
        note(f"From now on it may run {plugin}.")
    for follower in config.untrusted_followers if config and not revoke else ():
        note(f"From now on the follower {follower} may follow its runs.")


def ask_for_trust(config: "Config") -> bool:
    """Ask on the terminal, before the interface opens, whether the folder's plugins may run."""
    from workbench.cli.output import note
    from workbench.core.config import trust_folder

    assert config.path is not None
    note(f"{config.path} names plugins, which can do whatever you can, or followers of your runs:")
    for name in (*config.untrusted_plugins, *config.untrusted_followers):
        note(f"  {name}")
    if not click.confirm("Let the plugins of this folder run, now and from now on?", err=True):
        return False
    trust_folder(config.path.parent)
    return True
