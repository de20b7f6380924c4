"""What an interface asks of another machine in one go."""

import subprocess
from pathlib import Path
from typing import Any

from workbench.core.config import load_config, read_run_document, require_trust
from workbench.core.data import DataStatus, status
from workbench.core.hosts.calls import done_there
from workbench.core.plan import check_plan
from workbench.core.plugins import load_plugins
from workbench.core.plugins.registry import require_installed
from workbench.core.runs import RunFolder, create_run, data_dir_of
from workbench.core.runs.launch import launch_and_wait
from workbench.core.runs.managing import change_devices
from workbench.core.slurm import job_script, submit_again

_workers: list[subprocess.Popen[bytes]] = []
"""Those that were started; asked now and then, so that one that has ended is no zombie."""


@done_there
def create_run_there(runs_dir: Path, document: dict[str, Any]) -> RunFolder:
    """Make a run of a plan's document, checked by the plugins there.

    Raises :class:`WorkbenchError`.
    """
    config, named = load_config(), document.get("plugins", [])
    require_trust(runs_dir / "run.toml", named, config.plugin_paths)
    paths = tuple(dict.fromkeys((*config.plugin_paths, *map(Path, named))))
    registry = load_plugins(paths, config.settings.disabled_plugins)
    plan = check_plan({**document, "plugins": [str(path) for path in paths]}, registry)
    require_installed(registry.backend(plan.backend.name))
    return create_run(runs_dir, plan)


@done_there
def launch_there(run: RunFolder) -> None:
    """Start a run's worker there and wait until it holds the lock.

    Raises :class:`WorkbenchError` if it ends before that, with its last words.
    """
    if job_script(run).is_file():
        submit_again(run)
        return
    _workers[:] = [item for item in _workers if item.poll() is None]
    _workers.append(launch_and_wait(run, data_dir_of(run, load_config())))


@done_there
def use_device(run: RunFolder, device: str) -> None:
    """Let a run go on with another device. Raises :class:`UserError`."""
    config = load_config()
    named = map(Path, read_run_document(run.plan, config.plugin_paths).get("plugins", ()))
    paths = tuple(dict.fromkeys((*config.plugin_paths, *named)))
    change_devices(run, load_plugins(paths, config.settings.disabled_plugins), device=device)


@done_there
def data_statuses_there(data_dir: Path, names: list[str]) -> dict[str, DataStatus]:
    """What the data folder there holds of datasets; those that are unknown there are left out."""
    config = load_config()
    registry = load_plugins(config.plugin_paths, config.settings.disabled_plugins)
    known = set(registry.names("dataset"))
    return {name: status(registry.dataset(name), data_dir) for name in names if name in known}
