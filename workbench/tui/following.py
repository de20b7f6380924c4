"""Threads that read files and devices, and post what they found."""

from __future__ import annotations

import contextlib
import time
from collections.abc import Set
from dataclasses import dataclass
from typing import TYPE_CHECKING

from textual.app import App
from textual.message import Message
from textual.worker import get_current_worker

from workbench.api.errors import WorkbenchError

if TYPE_CHECKING:
    from pathlib import Path

    from workbench.api.events import Event
    from workbench.core.devices import DeviceSnapshot
    from workbench.core.runs import RunFolder
    from workbench.tui.session import ReadDevices

_EVENTS_POLL_S = 0.08
_LOCK_POLL_S = 1.0
_EVENTS_AT_ONCE = 400
_ASK_S = 10.0
_DEVICES_POLL_S = 1.0


@dataclass
class RunRead(Message):
    """New events of a run, and whether its worker is alive (``None``: not looked).

    The first one has the run's ``title``. ``waiting`` says what it waits for in a cluster's
    scheduler (``None``: not asked).
    """

    run: RunFolder
    events: list[Event]
    is_alive: bool | None
    title: str | None = None
    waiting: str | None = None


@dataclass
class DevicesRead(Message):
    """The devices at this moment."""

    snapshot: DeviceSnapshot


def follow_run(app: App[str], run: RunFolder, starting: Set[Path]) -> None:
    """Post the events of a run as they come, until the thread worker is cancelled.

    A run in ``starting`` is alive: its worker was started here and may take its time.
    """
    from workbench.core.runs import EventReader, is_alive
    from workbench.core.slurm import may_wait, waiting_words
    from workbench.tui.run_control import title_of

    worker = get_current_worker()
    reader = EventReader(run)
    since_lock = _LOCK_POLL_S
    asked_at, was_queued = -_ASK_S, False
    title: str | None = title_of(run)
    while not worker.is_cancelled:
        events = reader.read()
        alive = waiting = None
        if since_lock >= _LOCK_POLL_S:
            alive, since_lock = run.path in starting or is_alive(run), 0.0
            is_due = time.monotonic() - asked_at >= _ASK_S
            if is_due or run.queued.exists() != was_queued:
                was_queued, asked_at = run.queued.exists(), time.monotonic()
                with contextlib.suppress(WorkbenchError):  # asked again later
                    waiting = waiting_words(run) if may_wait(run) else ""
        if events or alive is not None:
            # A long run's past comes in parts, so that the screen stays alive meanwhile.
            for start in range(0, max(1, len(events)), _EVENTS_AT_ONCE):
                if worker.is_cancelled:
                    return
                part = events[start : start + _EVENTS_AT_ONCE]
                app.post_message(RunRead(run, part, alive, title, waiting))
                title = None
        time.sleep(_EVENTS_POLL_S)
        since_lock += _EVENTS_POLL_S


def watch_devices(app: App[str], read: ReadDevices) -> None:
    """Post what the devices do each second, until the thread worker is cancelled."""
    worker = get_current_worker()
    snapshot = None
    while not worker.is_cancelled:
        snapshot = read(snapshot)
        app.post_message(DevicesRead(snapshot))
        until = time.monotonic() + _DEVICES_POLL_S
        while time.monotonic() < until and not worker.is_cancelled:
            time.sleep(_EVENTS_POLL_S)  # short, so that quitting never waits for it
