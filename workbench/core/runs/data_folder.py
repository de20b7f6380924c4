"""Where the data of a run are: a run stays with the folder that it began with."""

from pathlib import Path

from workbench.api.events import DataPrepared
from workbench.core.config import Config
from workbench.core.hosts.calls import place_of
from workbench.core.runs.events import events_of
from workbench.core.runs.folder import RunFolder


def data_dir_of(run: RunFolder, config: Config) -> Path:
    """The data folder for this run.

    The one that a person names now; else the one that the run began with, as long as it is
    there; else the configured one.
    """
    if config.names_data_dir:
        return config.data_dir
    began_with = _first_data_dir(run)
    if began_with is not None and place_of(run.path) is not None:
        return began_with  # it is there, not here
    return began_with if began_with is not None and began_with.is_dir() else config.data_dir


def _first_data_dir(run: RunFolder) -> Path | None:
    try:
        # It is among the first lines, so that this costs nothing for a long run.
        event = next(events_of(run, DataPrepared), None)
    except OSError:
        return None
    return Path(event.data_dir) if event is not None and event.data_dir else None
