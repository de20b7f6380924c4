"""Runs: folders that their worker writes, and everyone reads."""

from workbench.core.runs.commands import CommandReader, append_command, send_command
from workbench.core.runs.data_folder import data_dir_of
from workbench.core.runs.events import (
    EventReader,
    EventWriter,
    events_of,
    read_events,
    stream_events,
)
from workbench.core.runs.folder import RunFolder
from workbench.core.runs.launch import launch_worker
from workbench.core.runs.lock import RunLock, is_alive
from workbench.core.runs.overview import RunOverview, RunState, overview
from workbench.core.runs.rewind import effective_events, is_rewound
from workbench.core.runs.store import create_run, find_run, list_runs

__all__ = [
    "CommandReader",
    "EventReader",
    "EventWriter",
    "RunFolder",
    "RunLock",
    "RunOverview",
    "RunState",
    "append_command",
    "create_run",
    "data_dir_of",
    "effective_events",
    "events_of",
    "find_run",
    "is_alive",
    "is_rewound",
    "launch_worker",
    "list_runs",
    "overview",
    "read_events",
    "send_command",
    "stream_events",
]
